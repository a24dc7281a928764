//! Load balancers, certificates, DNS, the web application firewall.

use crate::meaning::row::TypeMeaning;

pub(super) const ROWS: &[TypeMeaning] = &[];
