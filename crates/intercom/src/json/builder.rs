//! Tokens to values, each record by itself and none larger than its budget.

use serde_json::{Map, Number, Value};

use super::lexer::{Bracket, Token};

/// A value that lies deeper is null. What we read lies at most nine deep.
const DEEPEST: usize = 64;
/// How much one member of a record may hold, such as `source` or `custom_attributes`; what comes after is left out.
const MEMBER_MOST: usize = 512 << 10;
/// How much a record may hold; what comes after is left out but for [`VITAL`].
const RECORD_MOST: usize = 1 << 20;
/// What a value takes beside its text.
const VALUE_COST: usize = 64;
/// The members that make a bare record, kept however large the rest is.
const VITAL: [&str; 5] = ["id", "type", "role", "created_at", "updated_at"];

/// What a text is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// One record.
    Record,
    /// A list of records, or something that has one as a member under one of these names.
    ListOf(&'a [&'a str]),
    /// One record that has a list of others: the member of this name in its member of the same name.
    RecordWith(&'a str),
}

impl<'a, const N: usize> From<&'a [&'a str; N]> for Shape<'a> {
    fn from(names: &'a [&'a str; N]) -> Self {
        Self::ListOf(names)
    }
}

/// How much is spent of the budget of a member, and of that of the record.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    member: usize,
    record: usize,
}

/// The values that stand open, and how much of the budgets is spent.
pub(super) struct Builder<'a> {
    shape: Shape<'a>,
    open: Vec<Frame>,
    /// How many brackets are open that lie too deep.
    skipped: u64,
    root: Option<Value>,
    /// How many frames are open where the list of records is the innermost; none outside such a list.
    list: Option<usize>,
    listed: bool,
    broken: bool,
    spent: Spent,
    /// What was spent on the record around the list of others, while that is open.
    around: Spent,
    envelope: usize,
}

/// A list or an object that is not closed yet.
enum Frame {
    Items { items: Vec<Value>, next: Next },
    Fields { fields: Map<String, Value>, key: String, next: Next },
}

/// What may come next in a list or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A value, or the key of one, or the end.
    Entry,
    /// The colon behind a key.
    Colon,
    /// The value behind a colon.
    Value,
    /// A comma, or the end.
    Comma,
}

/// What a whole text came to.
pub(super) struct Built {
    pub(super) rest: Value,
    pub(super) listed: bool,
}

impl<'a> Builder<'a> {
    /// Nothing was read yet.
    pub(super) fn new(shape: Shape<'a>) -> Self {
        Self {
            shape,
            open: Vec::new(),
            skipped: 0,
            root: None,
            list: None,
            listed: false,
            broken: false,
            spent: Spent::default(),
            around: Spent::default(),
            envelope: 0,
        }
    }

    pub(super) fn take(&mut self, token: Token, record: &mut dyn FnMut(Value)) {
        if self.broken {
            return;
        }
        if self.skipped > 0 {
            return self.skip(&token, record);
        }
        let done = match token {
            Token::Open(bracket) => self.open(bracket),
            Token::Close(bracket) => self.close(bracket, record),
            Token::Comma => self.step(Next::Comma, Next::Entry),
            Token::Colon => self.step(Next::Colon, Next::Value),
            Token::Text(text) => match self.open.last_mut() {
                Some(Frame::Fields { key, next: next @ Next::Entry, .. }) => {
                    *key = text;
                    *next = Next::Colon;
                    Some(())
                }
                _ => self.value(Value::String(text), record),
            },
            Token::Word(word) => self.word(&word, record),
        };
        self.broken |= done.is_none();
    }

    /// `None` where the text is no JSON, or stopped in the middle.
    pub(super) fn finish(self) -> Option<Built> {
        let whole = !self.broken && self.skipped == 0 && self.open.is_empty();
        Some(Built { rest: self.root.filter(|_| whole)?, listed: self.listed })
    }

    /// Whether a value may come now.
    fn takes_value(&self) -> bool {
        match self.open.last() {
            None => self.root.is_none(),
            Some(Frame::Items { next, .. }) => *next == Next::Entry,
            Some(Frame::Fields { next, .. }) => *next == Next::Value,
        }
    }

    fn open(&mut self, bracket: Bracket) -> Option<()> {
        self.takes_value().then_some(())?;
        if self.open.len() == DEEPEST {
            self.skipped = 1;
            return Some(());
        }
        if self.list == Some(self.open.len()) || self.open.is_empty() {
            self.spent = Spent::default();
        }
        if bracket == Bracket::Square && self.list.is_none() && self.is_named() {
            self.list = Some(self.open.len() + 1);
            self.listed = true;
            self.around = self.spent;
        }
        self.open.push(match bracket {
            Bracket::Square => Frame::Items { items: Vec::new(), next: Next::Entry },
            Bracket::Curly => Frame::Fields { fields: Map::new(), key: String::new(), next: Next::Entry },
        });
        Some(())
    }

    /// Whether a list that begins here is one of records.
    fn is_named(&self) -> bool {
        match (self.shape, self.open.as_slice()) {
            (Shape::ListOf(_), []) => true,
            (Shape::ListOf(names), [Frame::Fields { key, .. }]) => names.contains(&key.as_str()),
            (
                Shape::RecordWith(name),
                [Frame::Fields { key: outer, .. }, Frame::Fields { key: inner, .. }],
            ) => outer == name && inner == name,
            _ => false,
        }
    }

    fn close(&mut self, bracket: Bracket, record: &mut dyn FnMut(Value)) -> Option<()> {
        let value = match self.open.pop()? {
            Frame::Items { items, next: Next::Entry | Next::Comma } if bracket == Bracket::Square => {
                Value::Array(items)
            }
            Frame::Fields { fields, next: Next::Entry | Next::Comma, .. } if bracket == Bracket::Curly => {
                Value::Object(fields)
            }
            _ => return None,
        };
        if self.list.is_some_and(|list| list > self.open.len()) {
            self.list = None;
            self.spent = self.around;
        }
        self.value(value, record)
    }

    fn step(&mut self, from: Next, to: Next) -> Option<()> {
        let (Frame::Items { next, .. } | Frame::Fields { next, .. }) = self.open.last_mut()?;
        (*next == from).then(|| *next = to)
    }

    /// A word that is none of JSON's stands for nothing, and a number that no type can hold for its digits.
    fn word(&mut self, word: &str, record: &mut dyn FnMut(Value)) -> Option<()> {
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ if self.open.is_empty() => Value::Number(serde_json::from_str(word).ok()?),
            _ => number(word),
        };
        self.value(value, record)
    }

    fn skip(&mut self, token: &Token, record: &mut dyn FnMut(Value)) {
        match token {
            Token::Open(_) => self.skipped += 1,
            Token::Close(_) => self.skipped -= 1,
            _ => {}
        }
        if self.skipped == 0 {
            self.broken |= self.value(Value::Null, record).is_none();
        }
    }

    fn value(&mut self, value: Value, record: &mut dyn FnMut(Value)) -> Option<()> {
        self.takes_value().then_some(())?;
        if self.list == Some(self.open.len()) {
            self.step(Next::Entry, Next::Comma);
            record(value);
            return Some(());
        }
        let fits = self.charge(&value)?;
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Frame::Items { items, next }) => {
                *next = Next::Comma;
                items.extend(fits.then_some(value));
            }
            Some(Frame::Fields { fields, key, next }) => {
                *next = Next::Comma;
                let key = std::mem::take(key);
                if fits {
                    fields.insert(key, value);
                }
            }
        }
        Some(())
    }

    /// Counts a value and tells whether there is room for it. `None` outside of records, where nothing may be missing.
    fn charge(&mut self, value: &Value) -> Option<bool> {
        let key = match self.open.last() {
            Some(Frame::Fields { key, .. }) => key.as_str(),
            _ => "",
        };
        let text = if let Value::String(text) = value { text.len() } else { 0 };
        let cost = VALUE_COST + key.len() + text;
        let depth = match (self.list, self.shape) {
            (Some(list), _) => self.open.len().checked_sub(list),
            (None, Shape::Record | Shape::RecordWith(_)) => Some(self.open.len()),
            (None, Shape::ListOf(_)) => None,
        };
        let Some(depth) = depth else {
            self.envelope += cost;
            return (self.envelope <= RECORD_MOST).then_some(true);
        };
        self.spent.member += cost;
        self.spent.record += cost;
        let is_vital = VITAL.contains(&key) && !(value.is_array() || value.is_object());
        Some(match depth {
            0 => true,
            1 => {
                self.spent.member = 0;
                is_vital || self.spent.record <= RECORD_MOST
            }
            _ => self.spent.member <= MEMBER_MOST && self.spent.record <= RECORD_MOST,
        })
    }
}

fn number(word: &str) -> Value {
    let is_number = word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if !is_number {
        return Value::Null;
    }
    let is_whole = !word.contains(['.', 'e', 'E']);
    let number = serde_json::from_str::<Number>(word).ok().filter(|number| !(is_whole && number.is_f64()));
    number.map_or_else(|| Value::String(word.to_owned()), Value::Number)
}
