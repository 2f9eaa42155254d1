//! Discord's form rules: what a body may hold, and how Discord says that it does not.
//!
//! A [`Form`] gathers every mistake with its place and becomes one refusal with code 50035. Lengths count Unicode code
//! points after trimming, as Discord does. Limits stand in the modules as constants with Discord's numbers.

pub(crate) mod commands;
pub(crate) mod components;
pub(crate) mod embeds;
pub(crate) mod message;

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use super::error::ApiError;

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Form {
    mistakes: Vec<Mistake>,
}

#[derive(Debug)]
struct Mistake {
    place: Place,
    code: &'static str,
    message: String,
}

/// Where in a body something stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place(Vec<String>);

impl Place {
    pub(crate) fn at(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into().0);
        Self(steps)
    }
}

/// A key of an object or an index of a list.
pub(crate) struct Step(String);

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self(index.to_string())
    }
}

/// Whether a text may be missing, null or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

impl Form {
    pub(crate) fn refuse(&mut self, place: Place, code: &'static str, message: impl Into<String>) {
        self.mistakes.push(Mistake { place, code, message: message.into() });
    }

    /// All mistakes as one refusal.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.mistakes.is_empty() {
            return Ok(());
        }
        let mut tree = Value::Object(Map::new());
        for mistake in self.mistakes {
            let mut node = &mut tree;
            for step in &mistake.place.0 {
                node = &mut node[step.as_str()];
            }
            let error = json!({"code": mistake.code, "message": mistake.message});
            match node["_errors"].as_array_mut() {
                Some(errors) => errors.push(error),
                None => node["_errors"] = json!([error]),
            }
        }
        Err(ApiError::invalid_form(tree))
    }

    pub(crate) fn text(&mut self, place: Place, value: &Value, length: RangeInclusive<usize>, need: Need) {
        let Some(text) = value.as_str() else {
            return self.not_a_text(place, value, need);
        };
        let points = code_points(text);
        if points == 0 && need == Need::Required {
            return self.refuse(place, "BASE_TYPE_REQUIRED", "This field is required");
        }
        if points > *length.end() && *length.start() == 0 {
            let message = format!("Must be {} or fewer in length.", length.end());
            return self.refuse(place, "BASE_TYPE_MAX_LENGTH", message);
        }
        if !length.contains(&points) {
            let message = format!("Must be between {} and {} in length.", length.start(), length.end());
            self.refuse(place, "BASE_TYPE_BAD_LENGTH", message);
        }
    }

    fn not_a_text(&mut self, place: Place, value: &Value, need: Need) {
        match (value.is_null(), need) {
            (true, Need::Required) => self.refuse(place, "BASE_TYPE_REQUIRED", "This field is required"),
            (true, Need::Optional) => {}
            (false, _) => self.refuse(place, "STRING_TYPE_CONVERT", "Could not interpret as string."),
        }
    }

    pub(crate) fn at_most(&mut self, place: Place, count: usize, most: usize) {
        if count > most {
            self.refuse(place, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
        }
    }

    pub(crate) fn number(&mut self, place: Place, value: &Value, range: RangeInclusive<i64>) {
        match value.as_i64() {
            None if value.is_null() => {}
            None => self.refuse(place, "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not int.")),
            Some(number) if number > *range.end() => {
                let message = format!("int value should be less than or equal to {}.", range.end());
                self.refuse(place, "NUMBER_TYPE_MAX", message);
            }
            Some(number) if number < *range.start() => {
                let message = format!("int value should be greater than or equal to {}.", range.start());
                self.refuse(place, "NUMBER_TYPE_MIN", message);
            }
            Some(_) => {}
        }
    }

    /// A web address; `schemes` names what may stand before the colon.
    pub(crate) fn url(&mut self, place: Place, value: &Value, schemes: &[&str], longest: usize) {
        let Some(text) = value.as_str() else { return self.not_a_text(place, value, Need::Optional) };
        if text.is_empty() {
            return;
        }
        self.at_most(place.clone(), text.chars().count(), longest);
        let Ok(url) = url::Url::parse(text) else {
            return self.refuse(place, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        };
        if !schemes.contains(&url.scheme()) {
            let message = format!(
                "Scheme \"{}\" is not supported. Scheme must be one of ('{}').",
                url.scheme(),
                schemes.join("', '")
            );
            self.refuse(place, "URL_TYPE_INVALID_SCHEME", message);
        } else if text
            .contains(|character: char| character.is_whitespace() || "<>\"{}|\\^`".contains(character))
        {
            self.refuse(place, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        }
    }
}

/// What Discord counts of a text.
pub(crate) fn code_points(text: &str) -> usize {
    text.trim().chars().count()
}

/// The elements of a list; none where there is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests;
