//! Values of properties: literals and intrinsic functions, typed by what they stand for.

mod intrinsic;
pub(crate) mod json;
mod node;
mod typed;

pub use intrinsic::{
    Intrinsic, Sub, base64, cidr, dynamic, find_in_map, get_azs, import_value, join, pseudo,
    select, split, sub,
};
pub(crate) use intrinsic::{has_open_place, places};
pub use json::hexadecimal;
pub use node::{IntoNode, Node};
pub use typed::{EnumValue, Json, Kind, List, Map, Properties, PropertyType, Value};
