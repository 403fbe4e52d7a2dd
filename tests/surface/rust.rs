//! The public names of the facade, from the sources: what `src/lib.rs` exports, and of each the fields, variants and methods.

use std::fs;
use std::path::{Path, PathBuf};

use syn::{Fields, ImplItem, Item, ItemEnum, TraitItem, UseTree, Visibility};

use crate::Names;

/// The names: `Type`, `Type.member`, `Event.planned.rules`, `function`, `module`. A builder's methods are of what it builds.
pub(crate) fn names() -> Names {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap());
    let root = root.as_path();
    let facade = Crate::read(&root.join("src"));
    let mut names = Names::new();
    for export in facade.exports() {
        match export {
            Export::Module(name) => names.extend([name]),
            Export::Name { of: Some(krate), name, known_as } => {
                of_crate(root, &krate).describe(&name, &known_as, &mut names)
            }
            Export::Name { of: None, name, known_as } => facade.describe(&name, &known_as, &mut names),
            Export::All(krate) => {
                let krate = of_crate(root, &krate);
                for export in krate.exports() {
                    match export {
                        Export::Module(name) => names.extend([name]),
                        Export::Name { of: None, name, known_as } => krate.describe(&name, &known_as, &mut names),
                        // From a crate that is not ours: the name alone.
                        Export::Name { known_as, .. } => names.extend([known_as]),
                        Export::All(other) => panic!("a crate exports all of {other}"),
                    }
                }
            }
        }
    }
    names
}

enum Export {
    Module(String),
    /// A name of another crate, or of a module of this.
    Name {
        of: Option<String>,
        name: String,
        known_as: String,
    },
    All(String),
}

/// The items of a crate, wherever they stand.
struct Crate {
    lib: Vec<Item>,
    items: Vec<Item>,
}

fn of_crate(root: &Path, name: &str) -> Crate {
    Crate::read(&root.join(name.replace('_', "-")).join("src"))
}

impl Crate {
    fn read(folder: &Path) -> Self {
        let mut files = Vec::new();
        rust_files(folder, &mut files);
        let parse = |path: &Path| syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items;
        let items = files.iter().flat_map(|path| parse(path)).collect();
        Self { lib: parse(&folder.join("lib.rs")), items }
    }

    fn exports(&self) -> Vec<Export> {
        let mut exports = Vec::new();
        for item in &self.lib {
            match item {
                Item::Mod(item) if is_public(&item.vis) => exports.push(Export::Module(item.ident.to_string())),
                Item::Use(item) if is_public(&item.vis) => self.used(&item.tree, &mut Vec::new(), &mut exports),
                Item::Trait(item) if is_public(&item.vis) => exports.push(named(&item.ident)),
                Item::Struct(item) if is_public(&item.vis) => exports.push(named(&item.ident)),
                Item::Enum(item) if is_public(&item.vis) => exports.push(named(&item.ident)),
                Item::Fn(item) if is_public(&item.vis) => exports.push(named(&item.sig.ident)),
                _ => {}
            }
        }
        exports
    }

    fn used(&self, tree: &UseTree, path: &mut Vec<String>, exports: &mut Vec<Export>) {
        let of = |path: &[String]| path.first().filter(|first| !self.has_module(first)).cloned();
        let modules = ["analysis", "cases", "admission_policy", "detector"];
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.used(&tree.tree, path, exports);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.used(tree, path, exports)),
            UseTree::Glob(_) => exports.extend(path.first().cloned().map(Export::All)),
            UseTree::Name(tree) if modules.contains(&&*tree.ident.to_string()) => {
                exports.push(Export::Module(tree.ident.to_string()));
            }
            UseTree::Name(tree) => {
                let name = tree.ident.to_string();
                exports.push(Export::Name { of: of(path), known_as: name.clone(), name });
            }
            UseTree::Rename(tree) if modules.contains(&&*tree.ident.to_string()) => {
                exports.push(Export::Module(tree.rename.to_string()));
            }
            UseTree::Rename(tree) => {
                let (name, known_as) = (tree.ident.to_string(), tree.rename.to_string());
                exports.push(Export::Name { of: of(path), name, known_as });
            }
        }
    }

    fn has_module(&self, name: &str) -> bool {
        self.lib.iter().any(|item| matches!(item, Item::Mod(module) if module.ident == name))
    }

    /// Adds what `name` has.
    fn describe(&self, name: &str, known_as: &str, names: &mut Names) {
        let known_as = known_as.strip_suffix("Builder").unwrap_or(known_as);
        names.insert(known_as.to_owned());
        let mut member = |member: &dyn std::fmt::Display| {
            names.insert(format!("{known_as}.{member}"));
        };
        for item in &self.items {
            match item {
                Item::Struct(item) if item.ident == name && is_public(&item.vis) => {
                    let public = item.fields.iter().filter(|field| is_public(&field.vis));
                    public.filter_map(|field| field.ident.as_ref()).for_each(|field| member(field));
                }
                Item::Enum(item) if item.ident == name && is_public(&item.vis) => variants(item, &mut member),
                Item::Trait(item) if item.ident == name && is_public(&item.vis) => {
                    for item in &item.items {
                        match item {
                            TraitItem::Fn(method) => member(&method.sig.ident),
                            TraitItem::Const(constant) => member(&constant.ident),
                            _ => {}
                        }
                    }
                }
                Item::Impl(item) if item.trait_.is_none() && is_of(&item.self_ty, name) => {
                    for item in &item.items {
                        match item {
                            ImplItem::Fn(method) if is_public(&method.vis) => member(&method.sig.ident),
                            ImplItem::Const(constant) if is_public(&constant.vis) => member(&constant.ident),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn variants(item: &ItemEnum, member: &mut dyn FnMut(&dyn std::fmt::Display)) {
    for variant in &item.variants {
        let name = snake(&variant.ident.to_string());
        member(&name);
        if let Fields::Named(fields) = &variant.fields {
            fields.named.iter().filter_map(|field| field.ident.as_ref()).for_each(|f| member(&format!("{name}.{f}")));
        }
    }
}

fn named(name: &syn::Ident) -> Export {
    Export::Name { of: None, name: name.to_string(), known_as: name.to_string() }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_of(of: &syn::Type, name: &str) -> bool {
    matches!(of, syn::Type::Path(of) if of.path.segments.last().is_some_and(|segment| segment.ident == name))
}

/// `AccessDenied` as `access_denied`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
