//! Placement of a drawing: from top to bottom the internet, the network with a column for each zone, what the network
//! reaches, and the delivery.
//!
//! Links run straight down the middle where nothing is in the way, and along the network's margin otherwise. Whatever
//! is placed is measured first, so that boxes grow with their text.

use std::collections::{BTreeMap, BTreeSet};

use super::canvas::{COLOURS, Canvas, Frame, Label, Rect, STYLE};
use super::difference::{Drawing, Drawn, Mark};
use super::topology::{INTERNET, LinkEnds, Node, Role};

/// Room for the label of a link.
const LINK: i32 = 36;

/// Between boxes in a row or a column.
const GAP: i32 = 12;

/// How many insets a subnet is away from its zone's edge, and a NAT gateway.
const SUBNET: i32 = 1;
const GATEWAY: i32 = 2;

/// How wide a drawing is: its text keeps its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// For a page.
    Wide,
    /// For a phone.
    Narrow,
}

/// The distances of a width, in pixels.
#[derive(Clone, Copy)]
struct Measures {
    width: i32,
    /// From the network's outline to the zones; links run in it.
    margin: i32,
    gutter: i32,
    /// From a subnet's edge to a NAT gateway.
    inset: i32,
    /// From the zones' outer edge to boxes that span them; the routes to NAT gateways run in it.
    span_inset: i32,
    /// The least width of a service.
    cell: i32,
}

impl Measures {
    /// From a zone's outer edge to the routes to and from its NAT gateway.
    const fn channel(self) -> i32 {
        2 * self.inset + 12
    }
}

impl Width {
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }

    const fn measures(self) -> Measures {
        match self {
            Self::Wide => Measures {
                width: 960,
                margin: 24,
                gutter: 24,
                inset: 10,
                span_inset: 46,
                cell: 180,
            },
            Self::Narrow => Measures {
                width: 356,
                margin: 12,
                gutter: 12,
                inset: 5,
                span_inset: 35,
                cell: 126,
            },
        }
    }
}

impl Drawing {
    /// The drawing as SVG within a page, whose style sheet has its colours.
    #[must_use]
    pub fn svg(&self, width: Width) -> String {
        self.rendered(width, "")
    }

    /// The drawing as an SVG file of its own.
    #[must_use]
    pub fn file(&self, width: Width) -> String {
        self.rendered(
            width,
            &format!("{COLOURS}{STYLE}.drawing{{background:var(--bg)}}"),
        )
    }

    fn rendered(&self, width: Width, style: &str) -> String {
        let id = format!("drawing-{}-{}", self.environment, width.suffix());
        let title = if self.is_change {
            format!("What changes in {}", self.environment)
        } else {
            format!("The environment {}", self.environment)
        };
        let mut layout = Layout {
            drawing: self,
            id: id.clone(),
            measures: width.measures(),
            canvas: Canvas::new(width.measures().width),
            placed: BTreeMap::new(),
            y: 1,
        };
        layout.place();
        let size = (layout.measures.width, layout.y + 1);
        let description = self.description();
        let frame = Frame {
            id: &id,
            title: &title,
            description: &description,
            style,
        };
        layout.canvas.finish(size, frame)
    }
}

struct Layout<'a> {
    drawing: &'a Drawing,
    id: String,
    measures: Measures,
    canvas: Canvas,
    placed: BTreeMap<&'a str, Rect>,
    /// Where the next thing begins.
    y: i32,
}

type Entry<'a> = (&'a str, &'a Drawn<Node>);

impl<'a> Layout<'a> {
    fn nodes(&self, wanted: impl Fn(&Role) -> bool) -> Vec<Entry<'a>> {
        let nodes = self.drawing.nodes.iter();
        nodes
            .filter(|(_, one)| wanted(&one.of.role))
            .map(|(id, one)| (id.as_str(), one))
            .collect()
    }

    fn place(&mut self) {
        let width = self.measures.width;
        for entry in self.nodes(|role| *role == Role::Internet) {
            self.node(entry, "bar", 1, width - 2);
        }
        self.y += LINK;
        self.network();
        self.outside();
        self.links();
        self.delivery();
    }

    /// Places a box at the current height, and moves below it.
    fn node(&mut self, entry: Entry<'a>, class: &str, x: i32, width: i32) {
        let label = label(entry.1, width);
        let height = label.height();
        self.boxed(
            entry.0,
            class,
            Rect {
                x,
                y: self.y,
                width,
                height,
            },
            &label,
        );
        self.y += height;
    }

    fn boxed(&mut self, id: &'a str, class: &str, area: Rect, label: &Label) {
        self.canvas.node(class, area, label);
        self.placed.insert(id, area);
    }

    fn network(&mut self) {
        let Measures {
            width,
            margin,
            gutter,
            ..
        } = self.measures;
        let top = self.y;
        // Right of the route to the NAT gateway of the first zone.
        let text = self.measures.channel() + 8;
        let networks = self.nodes(|role| *role == Role::Network);
        let names: Vec<Label> = networks
            .iter()
            .map(|(_, one)| indented(one, margin + text, width - 2))
            .collect();
        self.y += names.iter().map(Label::height).sum::<i32>();
        let (left, inner) = (margin, width - 2 * margin);
        for entry in self.nodes(|role| *role == Role::InternetGateway) {
            self.node(entry, "bar", left, inner);
            self.y += GAP;
        }
        self.y += GAP;
        let zones: BTreeSet<&str> = self
            .drawing
            .nodes
            .values()
            .filter_map(|one| match &one.of.role {
                Role::Subnet { zone, .. } | Role::NatGateway { zone } => Some(zone.as_str()),
                _ => None,
            })
            .collect();
        let columns = columns(left, inner, zones.len(), gutter);
        let top_of_zones = self.y;
        if !zones.is_empty() {
            self.y += 28;
        }
        let zones: Vec<(&str, (i32, i32))> = zones.into_iter().zip(columns).collect();
        self.subnets(&zones, true);
        self.y += 2 * GAP;
        self.subnets(&zones, false);
        self.y += GAP / 2;
        for (zone, (x, width)) in &zones {
            let height = self.y - top_of_zones;
            let area = Rect {
                x: *x,
                y: top_of_zones,
                width: *width,
                height,
            };
            let is_left = x + width / 2 < self.measures.width / 2;
            let indent = if is_left {
                text
            } else {
                2 * self.measures.inset
            };
            let name = format!("Zone {zone}");
            let name = Label::indented(&name, &[], &[], Mark::Same, (indent, *width));
            self.canvas.panel("zone", area, &name);
        }
        self.y += GAP;
        let mut y = top;
        for ((_, one), name) in networks.iter().zip(&names) {
            let height = self.y - y;
            let area = Rect {
                x: 1,
                y,
                width: width - 2,
                height,
            };
            let class = format!("vpc {}", one.mark.class());
            self.canvas.panel_behind(&class, area, name);
            y += name.height();
        }
    }

    /// One row of subnets, with what is in them.
    fn subnets(&mut self, zones: &[(&'a str, (i32, i32))], is_public: bool) {
        let Measures {
            inset,
            span_inset,
            width,
            ..
        } = self.measures;
        let top = self.y;
        let in_zone = |role: &Role, name: &str| matches!(role, Role::Subnet { zone, is_public: public } if zone == name && *public == is_public);
        let mut panels: Vec<(&str, Rect, Label, Mark)> = Vec::new();
        let mut content = top;
        for (zone, (x, column)) in zones {
            let (x, column) = (x + inset, column - 2 * inset);
            self.y = top;
            for (index, entry) in self
                .nodes(|role| in_zone(role, zone))
                .into_iter()
                .enumerate()
            {
                if index == 0 {
                    let is_left = x + column / 2 < width / 2;
                    let channel = self.measures.channel() + 8 - inset;
                    let indent = if is_left { channel } else { inset };
                    let label = indented(entry.1, indent, column);
                    let area = Rect {
                        x,
                        y: top,
                        width: column,
                        height: 0,
                    };
                    self.y += label.height();
                    panels.push((entry.0, area, label, entry.1.mark));
                } else {
                    self.node(entry, "", x + inset, column - 2 * inset);
                    self.y += GAP;
                }
            }
            content = content.max(self.y);
        }
        let mut bottom = content;
        if is_public {
            for (zone, (x, column)) in zones {
                self.y = content;
                let gateways = self
                    .nodes(|role| matches!(role, Role::NatGateway { zone: own } if own == zone));
                for entry in gateways {
                    self.node(entry, "nat", x + 2 * inset, column - 4 * inset);
                    self.y += GAP;
                }
                bottom = bottom.max(self.y);
            }
        }
        self.y = bottom;
        let (left, right) = match (zones.first(), zones.last()) {
            (Some((_, (first, _))), Some((_, (last, column)))) => (*first, last + column),
            _ => (inset, width - inset),
        };
        let (x, span) = (left + span_inset, right - left - 2 * span_inset);
        let balancers = self.nodes(
            |role| matches!(role, Role::LoadBalancer { is_public: own } if *own == is_public),
        );
        for entry in balancers {
            self.y += GAP;
            self.node(entry, "balancer", x, span);
            self.y += if is_public { GAP } else { LINK };
        }
        if !is_public {
            self.machines(x, span);
            self.y += GAP;
        }
        for (id, mut area, label, mark) in panels {
            area.height = self.y - area.y;
            self.canvas
                .panel(&format!("subnet {}", mark.class()), area, &label);
            self.placed.insert(id, area);
        }
    }

    /// The groups of machines; the services run on the first.
    fn machines(&mut self, x: i32, width: i32) {
        let mut services = self.nodes(|role| *role == Role::Service);
        for (id, one) in self.nodes(|role| *role == Role::Machines) {
            let label = label(one, width);
            let y = self.y;
            self.y += label.height();
            self.grid(&std::mem::take(&mut services), x + GAP, width - 2 * GAP);
            let height = self.y - y;
            let area = Rect {
                x,
                y,
                width,
                height,
            };
            self.canvas.container(area, &label);
            self.placed.insert(id, area);
            self.y += GAP;
        }
        self.grid(&services, x, width);
    }

    /// Boxes of equal width in rows.
    fn grid(&mut self, entries: &[Entry<'a>], x: i32, width: i32) {
        let fitting = (width + GAP) / (self.measures.cell + GAP);
        let fitting = usize::try_from(fitting)
            .unwrap_or(1)
            .clamp(1, entries.len().max(1));
        let cells = columns(x, width, fitting, GAP);
        for row in entries.chunks(fitting) {
            let labels: Vec<Label> = row
                .iter()
                .zip(&cells)
                .map(|((_, one), (_, width))| label(one, *width))
                .collect();
            let height = labels.iter().map(Label::height).max().unwrap_or_default();
            for (((id, _), label), (x, width)) in row.iter().zip(&labels).zip(&cells) {
                let area = Rect {
                    x: *x,
                    y: self.y,
                    width: *width,
                    height,
                };
                self.boxed(id, "cell", area, label);
            }
            self.y += height + GAP;
        }
    }

    /// What the network reaches without the internet.
    fn outside(&mut self) {
        let reached = self.nodes(|role| matches!(role, Role::Database | Role::Endpoint));
        if reached.is_empty() {
            return;
        }
        self.y += LINK;
        let Measures { margin, width, .. } = self.measures;
        self.grid(&reached, margin, width - 2 * margin);
    }

    fn delivery(&mut self) {
        let mut hands = self.nodes(|role| *role == Role::Person);
        hands.extend(self.nodes(|role| *role == Role::DefinitionPipeline));
        let pipelines = self.nodes(|role| *role == Role::ApplicationPipeline);
        if hands.is_empty() && pipelines.is_empty() {
            return;
        }
        self.y += 2 * GAP;
        let Measures { margin, width, .. } = self.measures;
        let top = self.y;
        let name = Label::new("Delivery", &[], &[], Mark::Same, width);
        self.y += name.height();
        let (x, inner) = (margin, width - 2 * margin);
        self.grid(&hands, x, inner);
        let applying: Vec<Rect> = hands
            .iter()
            .filter(|(_, one)| one.of.role == Role::DefinitionPipeline)
            .filter_map(|(id, _)| self.placed.get(id).copied())
            .collect();
        if !pipelines.is_empty() {
            if let Some(from) = applying.last() {
                let (x, y) = (from.center(), from.bottom());
                self.y += LINK - GAP;
                self.canvas.link(
                    &[(x, y), (x, self.y)],
                    (x, y + 17),
                    "applies",
                    Mark::Same,
                    &self.id,
                );
            }
            self.grid(&pipelines, x, inner);
        }
        let area = Rect {
            x: 1,
            y: top,
            width: width - 2,
            height: self.y - top,
        };
        self.canvas.panel_behind("delivery", area, &name);
    }

    /// Where routes to and from a NAT gateway run: at the outer side of its zone, whose edge is some insets away.
    fn channel(&self, area: Rect, insets: i32) -> i32 {
        let outer = self.measures.channel() - insets * self.measures.inset;
        if area.center() < self.measures.width / 2 {
            area.x + outer
        } else {
            area.right() - outer
        }
    }

    fn links(&mut self) {
        let drawing = self.drawing;
        let mut beside = 0;
        for (LinkEnds { from, to }, link) in &drawing.links {
            let node = |id: &str| drawing.nodes.get(id).map(|one| &one.of.role);
            let (Some(start), Some(end)) = (
                self.placed.get(from.as_str()).copied(),
                self.placed.get(to.as_str()).copied(),
            ) else {
                continue;
            };
            let points = match (node(from), node(to)) {
                (Some(Role::Subnet { zone, .. }), Some(Role::NatGateway { zone: other })) => {
                    self.to_nat_gateway(start, end, zone == other)
                }
                (Some(Role::NatGateway { .. }), _) if to == INTERNET => {
                    let x = self.channel(start, GATEWAY);
                    vec![(x, start.y), (x, end.bottom())]
                }
                _ => {
                    let points = self.straight_or_beside(from, to, start, end, beside);
                    beside += i32::from(points.len() > 2);
                    points
                }
            };
            let &[(x, y), (_, next), ..] = points.as_slice() else {
                continue;
            };
            let toward = if next < y { -1 } else { 1 };
            let room = (next - y).abs() / 2;
            let leaves = matches!(node(to), Some(Role::Database | Role::Endpoint));
            let anchor = match points.as_slice() {
                // Above the part that crosses zones.
                [_, (near, level), (far, other), _] if level == other => {
                    (near + (far - near) / 10, level - 9)
                }
                [_, _] if leaves => (x, next - room.min(22)),
                _ => (x, y + toward * room.min(11)),
            };
            self.canvas
                .link(&points, anchor, &link.of, link.mark, &self.id);
        }
    }

    fn to_nat_gateway(&self, subnet: Rect, gateway: Rect, same_zone: bool) -> Vec<(i32, i32)> {
        let own = self.channel(subnet, SUBNET);
        let other = self.channel(gateway, GATEWAY);
        if same_zone {
            return vec![(other, subnet.y), (other, gateway.bottom())];
        }
        let middle = self.measures.width / 2;
        let inwards = |x: i32| if x < middle { x + 10 } else { x - 10 };
        let level = subnet.y - GAP;
        vec![
            (inwards(own), subnet.y),
            (inwards(own), level),
            (inwards(other), level),
            (inwards(other), gateway.bottom()),
        ]
    }

    fn straight_or_beside(
        &self,
        from: &str,
        to: &str,
        start: Rect,
        end: Rect,
        beside: i32,
    ) -> Vec<(i32, i32)> {
        let x = if end.x <= start.center() && start.center() <= end.right() {
            start.center()
        } else {
            end.center().clamp(start.x, start.right())
        };
        let (y, until) = (start.bottom(), end.y);
        let is_in_the_way = |(id, area): (&&str, &Rect)| {
            let role = self.drawing.nodes.get(*id).map(|one| &one.of.role);
            let is_solid = matches!(
                role,
                Some(
                    Role::LoadBalancer { .. }
                        | Role::NatGateway { .. }
                        | Role::Machines
                        | Role::Service
                )
            );
            is_solid
                && ![from, to].contains(id)
                && area.x <= x
                && x <= area.right()
                && area.y < until
                && y < area.bottom()
        };
        if y <= until && !self.placed.iter().any(is_in_the_way) {
            return vec![(x, y), (x, until)];
        }
        let x = self.measures.width - self.measures.margin / 2 - 4 * beside;
        let into = end.y + end.height / 2;
        if start.right() >= x {
            return vec![(x, start.bottom()), (x, into), (end.right(), into)];
        }
        let out = start.y + start.height / 2;
        vec![
            (start.right(), out),
            (x, out),
            (x, into),
            (end.right(), into),
        ]
    }
}

fn label(drawn: &Drawn<Node>, width: i32) -> Label {
    Label::new(
        &drawn.of.title,
        &drawn.of.lines,
        &drawn.notes,
        drawn.mark,
        width,
    )
}

fn indented(drawn: &Drawn<Node>, indent: i32, width: i32) -> Label {
    let node = &drawn.of;
    Label::indented(
        &node.title,
        &node.lines,
        &drawn.notes,
        drawn.mark,
        (indent, width),
    )
}

/// Columns of equal width: where each begins, and how wide it is.
fn columns(x: i32, width: i32, count: usize, gap: i32) -> Vec<(i32, i32)> {
    let count = super::canvas::int(count).max(1);
    let column = (width - (count - 1) * gap) / count;
    (0..count)
        .map(|index| (x + index * (column + gap), column))
        .collect()
}
