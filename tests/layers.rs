//! Lower layers never import higher ones.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the lowest layer to the highest; those of one line leave each other alone, but for `ALLOWED_BESIDE`.
const LAYERS: [&[&str]; 9] = [
    &["wire", "text"],
    &["config", "json", "body"],
    &["provider"],
    &["verify"],
    &["store"],
    &["listen", "send", "record", "tunnel"],
    &["audit"],
    &["report", "ui"],
    &["cli"],
];

/// Pairs within one layer: body shows JSON, and reads it as `json` does; what is listened to is forwarded as `send` sends; a
/// self-test of the tunnel is sent by `send` and seen by `listen`.
const ALLOWED_BESIDE: [(&str, &str); 4] =
    [("body", "json"), ("listen", "send"), ("tunnel", "send"), ("tunnel", "listen")];

#[test]
fn lower_layers_never_import_higher_ones() {
    let mut wrong = Vec::new();
    for (file, module) in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for imported in imports(&text).into_iter().filter(|imported| !may_import(&module, imported)) {
            wrong.push(format!("{} imports crate::{imported}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_layer() {
    for (file, module) in sources() {
        assert!(layer(&module).is_some() || matches!(&*module, "lib" | "main"), "{} is in no layer", file.display());
    }
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let text = "use crate::wire::Head;\n// crate::cli\nlet x = crate::text::size(1);\nuse crate::{json, ui};";
    assert_eq!(imports(text), ["wire", "text", "json", "ui"]);
    assert!(may_import("ui", "store") && may_import("body", "json"));
    assert!(!may_import("json", "body") && !may_import("store", "listen") && !may_import("report", "ui"));
}

fn may_import(module: &str, imported: &str) -> bool {
    match (layer(module), layer(imported)) {
        (Some(from), Some(to)) => to < from || module == imported || ALLOWED_BESIDE.contains(&(module, imported)),
        _ => true,
    }
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The modules named after `crate::`, one by one or in braces.
fn imports(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').collect(),
            None => vec![rest],
        };
        let name = |text: &str| text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        found.extend(names.into_iter().map(name).collect::<Vec<String>>());
    }
    found
}

/// Every source file with the top module it belongs to.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let top = path.strip_prefix(&root).unwrap().iter().next().unwrap().to_str().unwrap();
                let module = top.trim_end_matches(".rs").to_owned();
                files.push((path, module));
            }
        }
    }
    assert!(files.len() > 10, "the sources are not where they were");
    files
}
