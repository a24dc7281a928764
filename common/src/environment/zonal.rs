//! Something that exists once in each of an environment's two zones.

use crate::template::{List, Value};

/// A pair, one value per zone. Zonal resources are made by mapping over one, so that neither zone
/// can be forgotten and there is never a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zonal<T> {
    /// The value of the first zone, labelled `A`.
    pub first: T,
    /// The value of the second zone, labelled `B`.
    pub second: T,
}

impl<T> Zonal<T> {
    /// The number of zones that an environment spans.
    pub const COUNT: usize = 2;

    /// One value per zone.
    pub const fn new(first: T, second: T) -> Self {
        Self { first, second }
    }

    /// Applies the function to both.
    pub fn map<U>(self, mut function: impl FnMut(T) -> U) -> Zonal<U> {
        Zonal {
            first: function(self.first),
            second: function(self.second),
        }
    }

    /// References to the things of both zones.
    pub const fn as_ref(&self) -> Zonal<&T> {
        Zonal {
            first: &self.first,
            second: &self.second,
        }
    }

    /// Pairs each with its counterpart of the same zone.
    pub fn zip<U>(self, other: Zonal<U>) -> Zonal<(T, U)> {
        Zonal {
            first: (self.first, other.first),
            second: (self.second, other.second),
        }
    }

    /// Each with the label of its zone, `A` or `B`.
    pub fn labelled(self) -> Zonal<(&'static str, T)> {
        Zonal::labels().zip(self)
    }

    /// Both, the first zone's first.
    pub fn iter(&self) -> std::array::IntoIter<&T, 2> {
        [&self.first, &self.second].into_iter()
    }
}

impl Zonal<&'static str> {
    /// What names in the templates end with: `A` and `B`. They stand for "first" and "second", not
    /// for the letter in a zone's name, which differs between accounts.
    #[must_use]
    pub const fn labels() -> Self {
        Self {
            first: "A",
            second: "B",
        }
    }
}

impl<T> IntoIterator for Zonal<T> {
    type Item = T;
    type IntoIter = std::array::IntoIter<T, 2>;

    fn into_iter(self) -> Self::IntoIter {
        [self.first, self.second].into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Zonal<T> {
    type Item = &'a T;
    type IntoIter = std::array::IntoIter<&'a T, 2>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A list of both, the first zone's first.
impl<T, V: Into<Value<T>>> From<Zonal<V>> for List<T> {
    fn from(zonal: Zonal<V>) -> Self {
        zonal.into_iter().collect()
    }
}
