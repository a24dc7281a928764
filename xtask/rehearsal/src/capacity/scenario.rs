//! Scenarios: machines, services and external events, all from a seed.
//!
//! Busy hours, in which everything changes, take turns with calm ones, in which nothing does: in
//! these the cluster has to settle.

use common::capacity::{CpuUnits, ECS_RESERVED_MEMORY, MachineType, Mebibytes, MemoryBand};
use common::environment::Environment;

use crate::capacity::Minute;
use crate::capacity::cluster::{PlacementMode, Shape, Size, Zone};
use crate::capacity::timing::BOOT;
use common::random::SplitMix64;

/// The fixed part of a cluster: its machines, and the tasks that the definition admits.
#[derive(Debug, Clone, Copy)]
pub struct ClusterConfig {
    pub machine: MachineType,
    /// The band that admits tasks.
    pub band: MemoryBand,
}

impl ClusterConfig {
    /// The machines and the band of an environment's cluster.
    #[must_use]
    pub const fn from_environment(environment: &Environment) -> Self {
        Self {
            machine: environment.cluster.machine,
            band: environment.cluster.band,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScenarioEvent {
    /// A service is to have another number of tasks.
    Desired {
        service: usize,
        tasks: u32,
    },
    Deploy {
        service: usize,
    },
    LoseMachine,
    /// All machines of a zone are lost, and none can be launched there.
    LoseZone(Zone),
    ZoneBack,
    /// The metric isn't published for so many minutes.
    MetricGap(Minute),
}

/// How often things happen in a busy minute, of 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Odds {
    /// A service gets a few tasks more or less.
    pub change: u32,
    /// The load of all services jumps to anything.
    pub jump: u32,
    pub deploy: u32,
    /// A machine is lost.
    pub machine: u32,
    /// A zone is lost.
    pub zone: u32,
    /// The metric is missing for some minutes.
    pub gap: u32,
}

impl Odds {
    /// Far more than a real cluster sees.
    pub const ROUGH: Self = Self {
        change: 60,
        jump: 5,
        deploy: 20,
        machine: 4,
        zone: 1,
        gap: 5,
    };

    /// A rough day in which single things can still be told apart in a plot.
    pub const SHOWN: Self = Self {
        change: 60,
        jump: 8,
        deploy: 10,
        machine: 3,
        zone: 2,
        gap: 2,
    };

    /// Loads change, and nothing else.
    pub const LOAD_ONLY: Self = Self {
        change: 60,
        jump: 5,
        deploy: 0,
        machine: 0,
        zone: 0,
        gap: 0,
    };
}

#[derive(Debug, Clone)]
pub struct Scenario {
    pub seed: u64,
    pub minutes: Minute,
    /// What each machine has registered: somewhere between the bounds that are known.
    pub size: Size,
    /// From a machine's launch until its agent has registered.
    pub boot: (Minute, Minute),
    /// When waiting tasks are placed.
    pub placement: PlacementMode,
    /// The services, and how many tasks each begins with.
    pub services: Vec<(Shape, u32)>,
    /// What happens, by time.
    pub events: Vec<(Minute, ScenarioEvent)>,
}

/// Length of the hours in which everything changes.
const BUSY: Minute = 180;

/// Length of the hours in which nothing changes.
const CALM: Minute = 300;

pub const LONGEST_GAP: Minute = 5;

impl Scenario {
    /// A random scenario of a length in hours.
    #[must_use]
    pub fn random(setting: &ClusterConfig, seed: u64, hours: u32, odds: &Odds) -> Self {
        let mut random = SplitMix64::new(seed);
        let least = setting.machine.schedulable_memory().get();
        let most = setting.machine.nominal_memory().get() - ECS_RESERVED_MEMORY.get();
        let size = Size {
            memory: random.between(least, most),
            cpu: setting.machine.cpu().get(),
        };
        let shapes: Vec<Shape> = (0..random.between(1, 10))
            .map(|_| shape(setting, &mut random))
            .collect();
        let mut generator = ScenarioGenerator {
            setting,
            size,
            tasks: vec![1; shapes.len()],
            shapes,
            zone_back: 0,
        };
        generator.retarget(&mut random);
        let services = generator
            .shapes
            .iter()
            .copied()
            .zip(generator.tasks.clone())
            .collect();
        let minutes = hours * 60;
        let mut events = Vec::new();
        for minute in 0..minutes {
            if minute == generator.zone_back && minute > 0 {
                events.push((minute, ScenarioEvent::ZoneBack));
            }
            // The first machines boot for a while.
            if minute > 20 && minute % (BUSY + CALM) < BUSY {
                let now = generator.minute(minute, odds, &mut random);
                events.extend(now.into_iter().map(|event| (minute, event)));
            }
        }
        Self {
            seed,
            minutes,
            size,
            boot: BOOT,
            placement: PlacementMode::default(),
            services,
            events,
        }
    }
}

/// A task that the band admits: often the largest possible one, which is the hardest to place.
fn shape(setting: &ClusterConfig, random: &mut SplitMix64) -> Shape {
    let largest = setting.band.largest_reservation(&setting.machine).get();
    let memory = match random.between(0, 3) {
        0 => largest,
        1 => random.between(64, largest),
        _ => random.between(64, (largest / 4).max(64)),
    };
    let admitted = |cpu: u32| {
        let (memory, cpu) = (Mebibytes(memory), CpuUnits(cpu));
        setting.band.admits(&setting.machine, memory, cpu).is_ok()
    };
    // The most that is admitted, found from below: shares are rounded.
    let share = setting.machine.cpu().get() * memory / setting.machine.nominal_memory().get();
    let most = (0..=share).rev().find(|cpu| admitted(*cpu)).unwrap_or(0);
    let cpu = if random.chance(500) {
        most
    } else {
        random.between(0, most)
    };
    Shape { memory, cpu }
}

/// Generates a scenario, minute by minute.
struct ScenarioGenerator<'a> {
    setting: &'a ClusterConfig,
    size: Size,
    shapes: Vec<Shape>,
    tasks: Vec<u32>,
    zone_back: Minute,
}

impl ScenarioGenerator<'_> {
    fn load(&self) -> u64 {
        let both = self.shapes.iter().zip(&self.tasks);
        both.map(|(shape, tasks)| u64::from(shape.memory) * u64::from(*tasks))
            .sum()
    }

    /// What all machines together may carry.
    fn most(&self) -> u64 {
        let all = u64::from(self.size.memory) * u64::from(self.setting.band.max());
        all * u64::from(self.setting.band.high_percent()) / 100
    }

    /// Any load from nearly nothing to more than the cluster can carry.
    fn retarget(&mut self, random: &mut SplitMix64) {
        let target = self.most() * u64::from(random.between(0, 105)) / 100;
        for tasks in &mut self.tasks {
            *tasks = 1;
        }
        // Bounded, for the smallest tasks on the largest clusters.
        for _ in 0..400 {
            if self.load() >= target {
                break;
            }
            let which = random.between(0, self.tasks.len() as u32 - 1);
            if let Some(tasks) = self.tasks.get_mut(which as usize) {
                *tasks += 1;
            }
        }
    }

    fn minute(&mut self, now: Minute, odds: &Odds, random: &mut SplitMix64) -> Vec<ScenarioEvent> {
        let mut events = Vec::new();
        let service = random.between(0, self.tasks.len() as u32 - 1) as usize;
        if random.chance(odds.change) {
            let more = random.chance(500);
            let by = random.between(1, 3);
            let has_room = self.load() < self.most();
            if let Some(tasks) = self.tasks.get_mut(service) {
                *tasks = match (more && has_room, more) {
                    (true, _) => *tasks + by,
                    (false, true) => *tasks,
                    (false, false) => tasks.saturating_sub(by).max(1),
                };
                let tasks = *tasks;
                events.push(ScenarioEvent::Desired { service, tasks });
            }
        }
        if random.chance(odds.jump) {
            self.retarget(random);
            let all = self.tasks.iter().enumerate();
            events.extend(all.map(|(service, tasks)| ScenarioEvent::Desired {
                service,
                tasks: *tasks,
            }));
        }
        if random.chance(odds.deploy) {
            events.push(ScenarioEvent::Deploy { service });
        }
        if random.chance(odds.machine) {
            events.push(ScenarioEvent::LoseMachine);
        }
        if random.chance(odds.gap) {
            events.push(ScenarioEvent::MetricGap(random.between(1, LONGEST_GAP)));
        }
        if random.chance(odds.zone) && now > self.zone_back {
            let zone = if random.chance(500) { Zone::A } else { Zone::B };
            self.zone_back = now + random.between(15, 90);
            events.push(ScenarioEvent::LoseZone(zone));
        }
        events
    }
}
