//! A run as a plot.
//!
//! Written by hand: two panels and a row of markers are less than what a plotting crate needs to
//! be told, and every byte of the checked-in files follows from the run.

use std::fmt::{self, Write as _};

use super::Run;
use crate::capacity::Minute;
use crate::capacity::trace::Event;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 560.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 936.0;

/// The panel of the reservation, then that of the machines: top and bottom.
const UPPER: (f64, f64) = (64.0, 284.0);
const LOWER: (f64, f64) = (348.0, 470.0);

/// Where the markers of what happens are.
const MARKERS: f64 = 316.0;

const INK: Colour = Colour("#1f2933");
const PALE: Colour = Colour("#52606d");
const GRID: Colour = Colour("#e4e7eb");
const BAND: Colour = Colour("#d8f0dc");
const EDGE: Colour = Colour("#4c9a5b");
const LINE: Colour = Colour("#1f5fa8");
const STEPS: Colour = Colour("#334e68");
const WAIT: Colour = Colour("#d64545");

/// A colour, as SVG writes it.
#[derive(Clone, Copy)]
struct Colour(&'static str);

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// The part of a label that stands at its position.
///
/// <https://www.w3.org/TR/SVG2/text.html#TextAnchorProperty>
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

impl fmt::Display for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        })
    }
}

#[must_use]
pub fn svg(run: &Run<'_>) -> String {
    let mut plot = Plot {
        text: String::new(),
        minutes: run.scenario.minutes.max(1),
    };
    plot.frame(run);
    plot.upper(run);
    plot.markers(run);
    plot.lower(run);
    plot.legend();
    plot.text += "</svg>\n";
    plot.text
}

struct Plot {
    text: String,
    minutes: Minute,
}

impl Plot {
    fn x(&self, minute: Minute) -> f64 {
        LEFT + (RIGHT - LEFT) * f64::from(minute) / f64::from(self.minutes)
    }

    /// An element without content.
    fn element(&mut self, element: &str) {
        let _ = writeln!(self.text, "<{element}/>");
    }

    fn label(&mut self, x: f64, y: f64, anchor: Anchor, colour: Colour, content: &str) {
        let _ = writeln!(
            self.text,
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" fill="{colour}">{content}</text>"#
        );
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.element(&format!(
            r#"line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" {style}"#
        ));
    }

    fn frame(&mut self, run: &Run<'_>) {
        let _ = write!(
            self.text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n\
             <title>Capacity of {name}, simulated</title>\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
             <text x=\"{LEFT}\" y=\"28\" font-size=\"17\" font-weight=\"bold\" fill=\"{INK}\">\
             Capacity of {name}, simulated</text>\n",
            name = run.environment,
        );
        let low = run.policy.scale_in.alarm.threshold;
        let high = run.policy.scale_out.alarm.threshold;
        self.label(
            LEFT,
            47.0,
            Anchor::Start,
            PALE,
            &format!(
                "seed {}, {} services; band {low} to {high} %, {} to {} machines",
                run.scenario.seed,
                run.scenario.services.len(),
                run.policy.min,
                run.policy.max,
            ),
        );
        let hours = self.minutes.div_ceil(60);
        let every = hours.div_ceil(16).max(1);
        for hour in (0..=self.minutes / 60).step_by(every as usize) {
            let x = self.x(hour * 60);
            for (top, bottom) in [UPPER, LOWER] {
                let style = format!(r#"stroke="{GRID}""#);
                self.line((x, top), (x, bottom), &style);
            }
            self.label(x, LOWER.1 + 17.0, Anchor::Middle, PALE, &hour.to_string());
        }
        self.label(
            (LEFT + RIGHT) / 2.0,
            LOWER.1 + 35.0,
            Anchor::Middle,
            INK,
            "hours since the start",
        );
    }

    fn axis(&mut self, (top, bottom): (f64, f64), title: &str) {
        let style = format!(r#"stroke="{PALE}""#);
        self.line((LEFT, top), (LEFT, bottom), &style);
        self.line((LEFT, bottom), (RIGHT, bottom), &style);
        let y = (top + bottom) / 2.0;
        let _ = writeln!(
            self.text,
            r#"<text transform="translate(22 {y:.1}) rotate(-90)" text-anchor="middle" fill="{INK}">{title}</text>"#
        );
    }

    fn upper(&mut self, run: &Run<'_>) {
        let y = |percent: f64| UPPER.1 - (UPPER.1 - UPPER.0) * percent / 100.0;
        let low = run.policy.scale_in.alarm.threshold;
        let high = run.policy.scale_out.alarm.threshold;
        self.element(&format!(
            r#"rect x="{LEFT}" y="{:.1}" width="{:.1}" height="{:.1}" fill="{BAND}""#,
            y(high),
            RIGHT - LEFT,
            y(low) - y(high),
        ));
        for percent in [low, high] {
            let style = format!(r#"stroke="{EDGE}" stroke-dasharray="5 4""#);
            self.line((LEFT, y(percent)), (RIGHT, y(percent)), &style);
            self.label(
                LEFT - 8.0,
                y(percent) + 4.0,
                Anchor::End,
                EDGE,
                &format!("{percent} %"),
            );
        }
        for percent in [0.0, 100.0] {
            self.label(
                LEFT - 8.0,
                y(percent) + 4.0,
                Anchor::End,
                PALE,
                &format!("{percent} %"),
            );
        }
        let points = run.outcome.trace.samples.iter().zip(0..);
        let points = points.filter_map(|(sample, minute)| Some((minute, sample.reservation?)));
        let mut path = String::new();
        for (minute, reservation) in points {
            let command = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{command}{:.1} {:.1}", self.x(minute), y(reservation));
        }
        self.path(&path, LINE, 1.5);
        self.axis(UPPER, "memory reservation");
    }

    fn path(&mut self, path: &str, colour: Colour, width: f64) {
        self.element(&format!(
            r#"path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round""#
        ));
    }

    fn lower(&mut self, run: &Run<'_>) {
        let samples = &run.outcome.trace.samples;
        let top = run.policy.max + 1;
        let y =
            |machines: u32| LOWER.1 - (LOWER.1 - LOWER.0) * f64::from(machines) / f64::from(top);
        for (machines, name) in [(run.policy.min, "min"), (run.policy.max, "max")] {
            let style = format!(r#"stroke="{EDGE}" stroke-dasharray="5 4""#);
            self.line((LEFT, y(machines)), (RIGHT, y(machines)), &style);
            let text = format!("{name} {machines}");
            self.label(LEFT - 8.0, y(machines) + 4.0, Anchor::End, EDGE, &text);
        }
        // Minutes in which tasks wait, as bars on the ground.
        let mut since = None;
        for minute in 0..=self.minutes {
            let waits = samples
                .get(minute as usize)
                .is_some_and(|one| one.waiting > 0);
            match (waits, since) {
                (true, None) => since = Some(minute),
                (false, Some(from)) => {
                    let (x, to) = (self.x(from), self.x(minute));
                    let (ground, width) = (LOWER.1 - 7.0, (to - x).max(1.0));
                    self.element(&format!(
                        r#"rect x="{x:.1}" y="{ground:.1}" width="{width:.1}" height="7" fill="{WAIT}""#
                    ));
                    since = None;
                }
                _ => {}
            }
        }
        let mut path = String::new();
        let mut last = None;
        for (sample, minute) in samples.iter().zip(0..) {
            let (x, height) = (self.x(minute), y(sample.machines));
            match last {
                None => {
                    let _ = write!(path, "M{x:.1} {height:.1}");
                }
                Some(machines) if machines != sample.machines => {
                    let _ = write!(path, "H{x:.1}V{height:.1}");
                }
                Some(_) => {}
            }
            last = Some(sample.machines);
        }
        let _ = write!(path, "H{RIGHT}");
        self.path(&path, STEPS, 2.0);
        self.axis(LOWER, "machines");
    }

    fn markers(&mut self, run: &Run<'_>) {
        for (minute, event) in &run.outcome.trace.events {
            if let Some(mark) = Mark::for_event(event) {
                let x = self.x(*minute);
                self.mark(mark, x, MARKERS);
            }
        }
    }

    fn mark(&mut self, mark: Mark, x: f64, y: f64) {
        let (up, down, left, right) = (y - 5.0, y + 5.0, x - 5.0, x + 5.0);
        let colour = mark.colour();
        self.element(&match mark {
            Mark::Out => format!(
                r#"path d="M{left:.1} {down:.1}H{right:.1}L{x:.1} {up:.1}Z" fill="{colour}""#
            ),
            Mark::In => format!(
                r#"path d="M{left:.1} {up:.1}H{right:.1}L{x:.1} {down:.1}Z" fill="{colour}""#
            ),
            Mark::Deploy => format!(r#"circle cx="{x:.1}" cy="{y:.1}" r="4" fill="{colour}""#),
            Mark::Lost => format!(
                r#"path d="M{left:.1} {up:.1}L{right:.1} {down:.1}M{left:.1} {down:.1}L{right:.1} {up:.1}" stroke="{colour}" stroke-width="2.5""#
            ),
            Mark::Zone | Mark::Back => {
                let fill = if mark == Mark::Zone { colour } else { "#ffffff" };
                format!(
                    r#"rect x="{:.1}" y="{:.1}" width="9" height="9" fill="{fill}" stroke="{colour}" stroke-width="1.5""#,
                    x - 4.5,
                    y - 4.5,
                )
            }
            Mark::Balance => format!(
                r#"path d="M{left:.1} {y:.1}H{right:.1}M{x:.1} {up:.1}V{down:.1}" stroke="{colour}" stroke-width="2.5""#
            ),
            Mark::Gap => format!(
                r#"path d="M{x:.1} {up:.1}L{right:.1} {y:.1}L{x:.1} {down:.1}L{left:.1} {y:.1}Z" fill="none" stroke="{colour}" stroke-width="1.5""#
            ),
        });
    }

    fn legend(&mut self) {
        let mut x = LEFT;
        let y = HEIGHT - 24.0;
        for mark in Mark::ALL {
            self.mark(mark, x + 5.0, y - 4.0);
            self.label(x + 15.0, y, Anchor::Start, INK, mark.name());
            x += 34.0 + 6.6 * mark.name().len() as f64;
        }
        self.element(&format!(
            r#"rect x="{x:.1}" y="{:.1}" width="14" height="7" fill="{WAIT}""#,
            y - 8.0
        ));
        self.label(x + 19.0, y, Anchor::Start, INK, "tasks wait");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Out,
    In,
    Deploy,
    Lost,
    Zone,
    Back,
    Balance,
    Gap,
}

impl Mark {
    const ALL: [Self; 8] = [
        Self::Out,
        Self::In,
        Self::Deploy,
        Self::Lost,
        Self::Zone,
        Self::Back,
        Self::Balance,
        Self::Gap,
    ];

    const fn for_event(event: &Event) -> Option<Self> {
        Some(match event {
            Event::ScaleOut { .. } => Self::Out,
            Event::ScaleIn { .. } => Self::In,
            Event::Deploys { .. } => Self::Deploy,
            Event::MachineLost => Self::Lost,
            Event::ZoneLost { .. } => Self::Zone,
            Event::ZoneBack => Self::Back,
            Event::MetricGap { .. } => Self::Gap,
            Event::Balances { .. } => Self::Balance,
            Event::DrainCut { .. } => return None,
        })
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Out => "#c2570c",
            Self::In => "#1f5fa8",
            Self::Deploy => "#7b5ea7",
            Self::Lost | Self::Zone | Self::Back => "#b42318",
            Self::Gap => "#8a6d00",
            Self::Balance => "#2f7d4a",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Out => "scale out",
            Self::In => "scale in",
            Self::Deploy => "deployment",
            Self::Lost => "machine lost",
            Self::Zone => "zone lost",
            Self::Back => "zone back",
            Self::Gap => "no metric",
            Self::Balance => "balancing",
        }
    }
}
