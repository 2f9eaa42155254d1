//! No object with more than twenty methods, over all files of its crate: what has more holds several things that could
//! change apart from each other, however small its files are.

use std::collections::BTreeMap;

use syn::{ImplItem, Item, Type};

use super::circles::{roots, short};
use super::modules::{Modules, is_for_tests, read};
use super::names::defining_file;

/// As many methods as a reader can have in mind.
const MOST_METHODS: usize = 20;

/// How many methods each type of a crate has of its own, whatever trait they belong to left out. A type is known by the
/// module that defines it, as far as that can be told, and by its name.
fn methods(modules: &Modules) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for (path, module) in modules {
        for item in &module.items {
            let Item::Impl(one) = item else { continue };
            let (None, Type::Path(named)) = (&one.trait_, &*one.self_ty) else { continue };
            let Some(name) = named.path.segments.last() else { continue };
            let place = defining_file(modules, path, &segments(&named.path));
            let place = short(place.unwrap_or(&module.file));
            let own = one
                .items
                .iter()
                .filter(|item| matches!(item, ImplItem::Fn(one) if !is_for_tests(&one.attrs)));
            *counted.entry(format!("{} in {place}", name.ident)).or_default() += own.count();
        }
    }
    counted
}

fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

#[test]
fn no_object_has_more_than_twenty_methods() {
    let mut counted = BTreeMap::new();
    for (name, methods) in roots().iter().flat_map(|root| methods(&read(root))) {
        // A file may belong to several roots, of which one may see less of it.
        let most = counted.entry(name).or_insert(methods);
        *most = methods.max(*most);
    }
    assert!(counted.len() > 100, "every crate is looked at: {}", counted.len());
    let large: Vec<_> = counted.iter().filter(|(_, methods)| **methods > MOST_METHODS).collect();
    assert!(large.is_empty(), "these have more than {MOST_METHODS} methods: {large:#?}");
}

#[test]
fn methods_in_several_files_count_together_and_those_of_traits_and_tests_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("lib.rs", "mod one; mod two; mod other;");
    write("one.rs", "pub struct Large<T>(T); impl<T> Large<T> { fn a(&self) {} fn b() {} }");
    write(
        "two.rs",
        "use crate::one::Large; impl Large<u8> { fn c(&self) {} #[cfg(test)] fn d(&self) {} }
         impl Clone for Large<u8> { fn clone(&self) -> Self { Self(self.0) } }
         #[cfg(test)] mod tests { impl super::Large<u8> { fn e() {} } }",
    );
    write("other.rs", "struct Large; impl Large { fn a() {} }");
    let counted: Vec<_> = methods(&read(&folder.path().join("lib.rs"))).into_values().collect();
    assert_eq!(counted, [3, 1]);
}
