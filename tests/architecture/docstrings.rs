//! What a crate shows to others says what it is for. rustc's `missing_docs` asks it of fields too, and gets "The id." of
//! `id`; so the rule stands here, for everything but fields: where a field's name says all it needs nothing more.

use std::path::PathBuf;

use syn::{Attribute, ImplItem, Item, TraitItem, Visibility};

use super::metadata;
use super::modules::{Module, read};

/// The root files of what others use as a library.
pub(super) fn libraries() -> Vec<PathBuf> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let targets = packages.iter().filter_map(|package| package["targets"].as_array()).flatten();
    let libraries = targets.filter(|target| target["kind"][0] == "lib");
    libraries.filter_map(|target| target["src_path"].as_str()).map(PathBuf::from).collect()
}

/// The names of what is public in a module and says nothing.
fn silent(module: &Module) -> Vec<String> {
    module.items.iter().flat_map(silent_in).collect()
}

fn silent_in(item: &Item) -> Vec<String> {
    let all: Vec<(&Visibility, &[Attribute], String)> = match item {
        Item::Const(one) => vec![(&one.vis, &one.attrs, one.ident.to_string())],
        Item::Enum(one) => vec![(&one.vis, &one.attrs, one.ident.to_string())],
        Item::Fn(one) => vec![(&one.vis, &one.attrs, one.sig.ident.to_string())],
        Item::Static(one) => vec![(&one.vis, &one.attrs, one.ident.to_string())],
        Item::Struct(one) => vec![(&one.vis, &one.attrs, one.ident.to_string())],
        Item::Trait(one) => vec![(&one.vis, &one.attrs, one.ident.to_string())],
        Item::Type(one) => vec![(&one.vis, &one.attrs, one.ident.to_string())],
        _ => Vec::new(),
    };
    let items = all.into_iter().filter(|(vis, attributes, _)| is_public(vis) && !has_sentence(attributes));
    items.map(|(_, _, name)| name).chain(silent_members(item)).collect()
}

/// The variants of an enum, what a trait asks for, and what a type can do by itself.
fn silent_members(item: &Item) -> Vec<String> {
    match item {
        Item::Enum(one) if is_public(&one.vis) => {
            let silent = one.variants.iter().filter(|variant| !has_sentence(&variant.attrs));
            silent.map(|variant| format!("{}::{}", one.ident, variant.ident)).collect()
        }
        Item::Trait(one) if is_public(&one.vis) => one
            .items
            .iter()
            .filter_map(silent_in_trait)
            .map(|name| format!("{}::{name}", one.ident))
            .collect(),
        Item::Impl(one) if one.trait_.is_none() => one.items.iter().filter_map(silent_in_impl).collect(),
        _ => Vec::new(),
    }
}

fn silent_in_trait(item: &TraitItem) -> Option<String> {
    let (attributes, name) = match item {
        TraitItem::Const(one) => (&one.attrs, &one.ident),
        TraitItem::Fn(one) => (&one.attrs, &one.sig.ident),
        TraitItem::Type(one) => (&one.attrs, &one.ident),
        _ => return None,
    };
    (!has_sentence(attributes)).then(|| name.to_string())
}

fn silent_in_impl(item: &ImplItem) -> Option<String> {
    let (vis, attributes, name) = match item {
        ImplItem::Const(one) => (&one.vis, &one.attrs, &one.ident),
        ImplItem::Fn(one) => (&one.vis, &one.attrs, &one.sig.ident),
        _ => return None,
    };
    (is_public(vis) && !has_sentence(attributes)).then(|| name.to_string())
}

/// `pub` alone; rustc's `unreachable_pub` sees to it that whatever is so can be reached.
fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

fn has_sentence(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|one| one.path().is_ident("doc"))
}

#[test]
fn whatever_is_public_but_a_field_says_what_it_is_for() {
    let modules: Vec<_> = libraries().iter().flat_map(|root| read(root).into_values()).collect();
    let told = modules.iter().flat_map(|module| {
        silent(module).into_iter().map(|name| format!("{}: {name}", module.file.display()))
    });
    assert_eq!(told.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn each_file_begins_with_what_it_is_for() {
    let modules: Vec<_> = libraries().iter().flat_map(|root| read(root).into_values()).collect();
    let silent = modules.iter().filter(|module| {
        !std::fs::read_to_string(&module.file).expect("a file can be read").starts_with("//!")
    });
    assert_eq!(silent.map(|module| &module.file).collect::<Vec<_>>(), Vec::<&PathBuf>::new());
}

#[test]
fn a_silent_item_is_seen_and_a_silent_field_is_none() {
    let seen = |text: &str| -> Vec<String> {
        syn::parse_file(text).unwrap().items.iter().flat_map(silent_in).collect()
    };
    assert_eq!(
        seen("pub struct Lead; pub fn find() {} fn own() {} pub(crate) const A: u8 = 1;"),
        ["Lead", "find"]
    );
    assert_eq!(seen("/// A kind.\npub enum Kind { Lead, /// A user.\nUser { id: u64 } }"), ["Kind::Lead"]);
    assert_eq!(seen("/// A port.\npub trait Port { fn ask(&self); }"), ["Port::ask"]);
    assert_eq!(
        seen("impl Lead { pub fn name(&self) {} } impl Clone for Lead { fn clone(&self) {} }"),
        ["name"]
    );
    assert_eq!(seen("/// A lead.\npub struct Lead { pub id: u64 }"), [""; 0]);
}
