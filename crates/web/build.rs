//! Builds this crate again when a file in `assets/` comes or goes: the macro that embeds them tracks only those it has seen.

fn main() {
    println!("cargo::rerun-if-changed=assets");
}
