//! Values of properties: literals and intrinsic functions, typed by what they stand for.

mod functions;
pub(crate) mod json;
mod node;
mod typed;

pub use functions::{
    Sub, base64, cidr, dynamic, find_in_map, get_azs, import_value, join, pseudo, select, split,
    sub,
};
pub(crate) use functions::{has_open_place, places};
pub use json::hex;
pub use node::{IntoNode, Intrinsic, Node};
pub use typed::{EnumValue, Json, Kind, List, Map, Properties, PropertyType, Value};
