//! Where a name that a file mentions is defined.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::modules::{Module, ModulePath, Modules};

/// A re-export that leads through more others than that leads in a circle.
const MOST_RE_EXPORTS: usize = 20;

/// The file that defines what a path names, as a module writes it; none where that is no item of this crate.
pub(crate) fn defining_file<'a>(
    modules: &'a Modules,
    from: &ModulePath,
    path: &[String],
) -> Option<&'a Path> {
    resolve(modules, from, path, MOST_RE_EXPORTS)
}

fn resolve<'a>(modules: &'a Modules, from: &ModulePath, path: &[String], left: usize) -> Option<&'a Path> {
    let (first, rest) = path.split_first()?;
    let left = left.checked_sub(1)?;
    match first.as_str() {
        "crate" => descend(modules, &Vec::new(), rest, left),
        "self" => descend(modules, from, rest, left),
        "super" => {
            let parent = from.split_last().map(|(_, parent)| parent.to_vec())?;
            match rest.first().map(String::as_str) {
                Some("super") => resolve(modules, &parent, rest, left),
                _ => descend(modules, &parent, rest, left),
            }
        }
        _ => descend(modules, from, path, left),
    }
}

fn descend<'a>(modules: &'a Modules, at: &ModulePath, path: &[String], left: usize) -> Option<&'a Path> {
    let left = left.checked_sub(1)?;
    let (first, rest) = path.split_first()?;
    let module = modules.get(at)?;
    let child = [at.clone(), vec![first.clone()]].concat();
    if module.defined.contains(first) {
        return Some(&module.file);
    }
    if modules.contains_key(&child) && !rest.is_empty() {
        return descend(modules, &child, rest, left);
    }
    if let Some(from) =
        module.taken.get(first).map(|taken| &taken.from).filter(|from| from.first() != Some(first))
    {
        return resolve(modules, at, &[from.as_slice(), rest].concat(), left);
    }
    module.globs.iter().find_map(|glob| resolve(modules, at, &[glob.as_slice(), path].concat(), left))
}

/// The paths that a module mentions: in what it takes for itself, in its items, and in macros, whose inside is no syntax.
pub(crate) fn mentioned(module: &Module) -> BTreeSet<Vec<String>> {
    let mut mentions = Mentions::default();
    module.items.iter().for_each(|item| mentions.visit_item(item));
    let used = module.taken.values().filter(|taken| !taken.hands_on);
    mentions.0.extend(used.map(|taken| taken.from.clone()));
    mentions.0
}

#[derive(Default)]
struct Mentions(BTreeSet<Vec<String>>);

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        self.look_into(one.tokens.clone());
        visit::visit_macro(self, one);
    }
}

impl Mentions {
    fn look_into(&mut self, tokens: TokenStream) {
        let (mut path, mut colons) = (Vec::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => path.push(ident.to_string()),
                TokenTree::Ident(ident) => {
                    self.0.insert(std::mem::replace(&mut path, vec![ident.to_string()]));
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.look_into(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.0.insert(std::mem::take(&mut path));
                }
            }
            colons = 0;
        }
        self.0.insert(path);
    }
}
