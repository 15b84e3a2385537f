//! What must hold on every page, whatever it says.

/// Says what is broken.
pub(crate) fn check(html: &str) -> Result<(), String> {
    one(html, "<h1", "heading")?;
    one(html, "<title>", "title")?;
    one(html, "<main", "main part")?;
    one(html, "id=\"main\"", "target of the skip link")?;
    for forbidden in [" style=", "<style", " onclick", "javascript:", "data:", "src=\"http", "autofocus"] {
        if html.contains(forbidden) {
            return Err(format!("holds {forbidden}"));
        }
    }
    if html.contains("<script")
        && html.split("<script").skip(1).any(|tag| !tag.starts_with(" type=\"module\" src=\"/assets/"))
    {
        return Err("has a script that is not a module of ours".into());
    }
    forms_carry_the_token(html)?;
    ids_are_unique(html)?;
    references_exist(html)?;
    labels(html)
}

fn one(html: &str, mark: &str, what: &str) -> Result<(), String> {
    match html.matches(mark).count() {
        1 => Ok(()),
        count => Err(format!("has {count} of what it needs one of: {what}")),
    }
}

fn forms_carry_the_token(html: &str) -> Result<(), String> {
    for form in html.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next()) {
        let posts = form.contains("method=\"post\"");
        if posts && !form.contains("name=\"csrf\" value=\"csrf-of-this-browser\"") {
            return Err(format!("has a form without the form token: {form:.200}"));
        }
        if !posts && !form.contains("method=\"dialog\"") {
            return Err(format!("has a form that does not post: {form:.200}"));
        }
    }
    Ok(())
}

fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let mark = format!(" {attribute}=\"");
    html.match_indices(&mark).map(|(at, _)| html[at + mark.len()..].split('"').next().unwrap_or("")).collect()
}

fn ids_are_unique(html: &str) -> Result<(), String> {
    let mut ids = values(html, "id");
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("has the id {} twice", pair[0])),
        None => Ok(()),
    }
}

fn references_exist(html: &str) -> Result<(), String> {
    let ids = values(html, "id");
    let lists = ["aria-describedby", "aria-labelledby", "for", "data-voice", "data-shows"];
    let references = lists.iter().flat_map(|name| values(html, name)).flat_map(str::split_whitespace);
    let links = values(html, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
    match references.chain(links).find(|reference| !ids.contains(reference)) {
        Some(reference) => Err(format!("refers to the id {reference}, which is not there")),
        None => Ok(()),
    }
}

/// Every field that is seen has a label.
fn labels(html: &str) -> Result<(), String> {
    let labelled = values(html, "for");
    for tag in html
        .split("<input")
        .skip(1)
        .chain(html.split("<textarea").skip(1))
        .filter_map(|rest| rest.split('>').next())
    {
        if tag.contains("type=\"hidden\"") {
            continue;
        }
        let id = values(tag, "id");
        if !id.first().is_some_and(|id| labelled.contains(id)) {
            return Err(format!("has a field without a label: {tag}"));
        }
    }
    Ok(())
}

mod tests {
    use super::check;

    const GOOD: &str = "<title>x</title><main id=\"main\"><h1>x</h1></main>";

    #[test]
    fn the_rules_can_fail() {
        assert_eq!(check(GOOD), Ok(()));
        for broken in [
            "<h1>",
            "<p style=\"color: red\">",
            "<form method=\"post\"></form>",
            "<form></form>",
            "<p id=\"a\"><p id=\"a\">",
            "<a href=\"#nowhere\">",
            "<input id=\"x\">",
            "<script>alert(1)</script>",
        ] {
            assert!(check(&format!("{GOOD}{broken}")).is_err(), "{broken}");
        }
    }
}
