#!/bin/sh
# Compiles the crates of this repository so that the fuzzer sees which code ran; cargo calls it in place of rustc for
# them alone (RUSTC_WORKSPACE_WRAPPER), so the dependencies are those of every other build. What runs while compiling
# has no fuzzer to report to.
case " $* " in
*" build_script_"* | *" proc-macro "*) exec "$@" ;;
*)
    exec "$@" --cfg fuzzing \
        -Ccodegen-units=1 \
        -Cpasses=sancov-module \
        -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
        -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares \
        -Cllvm-args=-simplifycfg-branch-fold-threshold=0
    ;;
esac
