//! The modules of a crate: in which file each stands, what it defines and what it takes from others. What is compiled
//! for tests only is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, UseTree};

/// A module by its path from the crate's root: empty for the root itself.
pub(crate) type ModulePath = Vec<String>;

/// What a module takes from another.
pub(crate) struct Taken {
    pub(crate) from: Vec<String>,
    /// Whether it only hands it on under its own name.
    pub(crate) hands_on: bool,
}

/// A module of a crate.
pub(crate) struct Module {
    /// Where it stands.
    pub(crate) file: PathBuf,
    /// The names that it defines.
    pub(crate) defined: BTreeSet<String>,
    /// The names that it takes, and from where.
    pub(crate) taken: BTreeMap<String, Taken>,
    /// The modules from which it takes all names.
    pub(crate) globs: Vec<Vec<String>>,
    /// Its own items.
    pub(crate) items: Vec<Item>,
}

/// The modules of a crate.
pub(crate) type Modules = BTreeMap<ModulePath, Module>;

/// Reads the crate whose root is this file.
pub(crate) fn read(root: &Path) -> Modules {
    let mut modules = Modules::new();
    let folder = root.parent().expect("a file stands in a folder");
    read_file(root, folder, Vec::new(), &mut modules);
    modules
}

/// `folder` is where the files of the module's children stand.
fn read_file(file: &Path, folder: &Path, path: ModulePath, modules: &mut Modules) {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let items = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).items;
    read_items(file, folder, path, items, modules);
}

fn read_items(file: &Path, folder: &Path, path: ModulePath, items: Vec<Item>, modules: &mut Modules) {
    let mut module = Module {
        file: file.to_owned(),
        defined: BTreeSet::new(),
        taken: BTreeMap::new(),
        globs: Vec::new(),
        items: Vec::new(),
    };
    for item in items.into_iter().filter(|item| !is_for_tests(attributes(item))) {
        match item {
            Item::Mod(child) => {
                let name = child.ident.to_string();
                let below = [path.clone(), vec![name.clone()]].concat();
                let inside = folder.join(&name);
                if let Some((_, items)) = child.content {
                    read_items(file, &inside, below, items, modules);
                } else {
                    let (file, folder) =
                        named_file(file, &child.attrs).unwrap_or_else(|| (file_of(folder, &name), inside));
                    read_file(&file, &folder, below, modules);
                }
            }
            Item::Use(taking) => {
                let hands_on = !matches!(taking.vis, syn::Visibility::Inherited);
                take(&taking.tree, &[], hands_on, &mut module);
            }
            item => {
                module.defined.extend(name_of(&item));
                module.items.push(item);
            }
        }
    }
    modules.insert(path, module);
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    let alone = folder.join(format!("{name}.rs"));
    if alone.exists() { alone } else { folder.join(name).join("mod.rs") }
}

/// The file that a `#[path]` names, from the folder of the file that has it, and where its children stand.
fn named_file(file: &Path, attributes: &[Attribute]) -> Option<(PathBuf, PathBuf)> {
    let named = attributes.iter().find(|one| one.path().is_ident("path"))?;
    let syn::Meta::NameValue(named) = &named.meta else { return None };
    let syn::Expr::Lit(literal) = &named.value else { return None };
    let syn::Lit::Str(path) = &literal.lit else { return None };
    let named = file.parent()?.join(path.value());
    let folder = named.parent()?.to_owned();
    Some((named, folder))
}

fn take(tree: &UseTree, before: &[String], hands_on: bool, module: &mut Module) {
    let with = |name: String| [before, &[name]].concat();
    let (name, from) = match tree {
        UseTree::Path(path) => return take(&path.tree, &with(path.ident.to_string()), hands_on, module),
        UseTree::Group(group) => {
            return group.items.iter().for_each(|tree| take(tree, before, hands_on, module));
        }
        UseTree::Glob(_) => return module.globs.push(before.to_vec()),
        UseTree::Rename(one) if one.ident == "self" => (one.rename.to_string(), before.to_vec()),
        UseTree::Rename(one) => (one.rename.to_string(), with(one.ident.to_string())),
        UseTree::Name(one) if one.ident == "self" => {
            (before.last().cloned().unwrap_or_default(), before.to_vec())
        }
        UseTree::Name(one) => (one.ident.to_string(), with(one.ident.to_string())),
    };
    module.taken.insert(name, Taken { from, hands_on });
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(one) => &one.ident,
        Item::Enum(one) => &one.ident,
        Item::Fn(one) => &one.sig.ident,
        Item::Static(one) => &one.ident,
        Item::Struct(one) => &one.ident,
        Item::Trait(one) => &one.ident,
        Item::Type(one) => &one.ident,
        Item::Union(one) => &one.ident,
        Item::Macro(one) => one.ident.as_ref()?,
        _ => return None,
    };
    Some(ident.to_string())
}

/// What is compiled for tests only.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|one| match &one.meta {
        syn::Meta::List(list) => one.path().is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(one) => &one.attrs,
        Item::Impl(one) => &one.attrs,
        Item::Mod(one) => &one.attrs,
        Item::Struct(one) => &one.attrs,
        Item::Use(one) => &one.attrs,
        _ => &[],
    }
}
