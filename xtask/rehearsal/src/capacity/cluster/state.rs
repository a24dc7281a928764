//! The machines and tasks of a cluster, and what time alone does to them.

use super::machine::{Lifecycle, Machine, MachineId, Size, Zone};
use super::task::{Phase, Shape, Task};
use crate::capacity::Minute;
use crate::capacity::timing::LONGEST_DRAIN;

/// When waiting tasks are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlacementMode {
    /// Whenever a machine has room, as ECS does.
    #[default]
    Always,
    /// Not while a machine drains: a broken scheduler, which the tests have to find.
    NotWhileDraining,
}

#[derive(Debug, Clone)]
pub struct Cluster {
    /// What each machine offers.
    pub size: Size,
    /// All machines that exist, oldest first.
    pub machines: Vec<Machine>,
    /// All tasks that wait, run or stop.
    pub tasks: Vec<Task>,
    /// The services, in the order of the scenario.
    pub services: Vec<Service>,
    pub(super) placement: PlacementMode,
    launched: u32,
}

/// A service: how many of which tasks.
#[derive(Debug, Clone)]
pub struct Service {
    /// What each of its tasks takes.
    pub shape: Shape,
    pub desired: u32,
    pub release: u32,
}

/// A drain that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrainResult {
    pub machine: MachineId,
    /// How many of its tasks were killed, because it took too long.
    pub killed: usize,
}

impl Cluster {
    /// A cluster of these services without machines.
    #[must_use]
    pub fn new(size: Size, services: &[(Shape, u32)], placement: PlacementMode) -> Self {
        let service = |(shape, desired): &(Shape, u32)| Service {
            shape: *shape,
            desired: *desired,
            release: 0,
        };
        Self {
            size,
            machines: Vec::new(),
            tasks: Vec::new(),
            services: services.iter().map(service).collect(),
            placement,
            launched: 0,
        }
    }

    pub fn launch(&mut self, zone: Zone, now: Minute, boot: Minute) -> MachineId {
        self.launched += 1;
        let id = MachineId(self.launched);
        self.machines.push(Machine {
            id,
            zone,
            launched: now,
            registers: now + boot,
            lifecycle: Lifecycle::Booting,
            lost: None,
        });
        id
    }

    /// What time alone does: machines register, tasks get healthy or are gone, losses are noticed
    /// and drains end.
    pub fn advance(&mut self, now: Minute) -> Vec<DrainResult> {
        for machine in &mut self.machines {
            if machine.lifecycle == Lifecycle::Booting && machine.registers <= now {
                machine.lifecycle = Lifecycle::Active;
            }
        }
        for task in &mut self.tasks {
            task.advance(now);
        }
        self.tasks.retain(|task| !task.is_gone(now));

        let noticed = |machine: &Machine| machine.lost.is_some_and(|noticed| noticed <= now);
        let gone: Vec<MachineId> = self.ids(noticed);
        let drained: Vec<DrainResult> = self
            .ids(|machine| matches!(machine.lifecycle, Lifecycle::Draining { .. }))
            .into_iter()
            .filter_map(|id| self.drained(id, now))
            .collect();
        let ended = |id: MachineId| {
            gone.contains(&id) || drained.iter().any(|drained| drained.machine == id)
        };
        self.machines.retain(|machine| !ended(machine.id));
        self.tasks
            .retain(|task| task.machine.is_none_or(|machine| !ended(machine)));
        drained
    }

    fn drained(&self, machine: MachineId, now: Minute) -> Option<DrainResult> {
        let killed = self.on(machine).count();
        let since = self
            .machine(machine)
            .and_then(|machine| match machine.lifecycle {
                Lifecycle::Draining { since } => Some(since),
                Lifecycle::Booting | Lifecycle::Active => None,
            })?;
        // Not in the minute in which it was told to go.
        let ended = (killed == 0 && since < now) || since + LONGEST_DRAIN <= now;
        ended.then_some(DrainResult { machine, killed })
    }

    fn ids(&self, which: impl Fn(&Machine) -> bool) -> Vec<MachineId> {
        let machines = self.machines.iter().filter(|machine| which(machine));
        machines.map(|machine| machine.id).collect()
    }

    #[must_use]
    pub fn machine(&self, id: MachineId) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.id == id)
    }

    /// The machine of that id, to change.
    pub fn machine_mut(&mut self, id: MachineId) -> Option<&mut Machine> {
        self.machines.iter_mut().find(|machine| machine.id == id)
    }

    /// The tasks on a machine, those that stop included: they hold their memory to the end.
    pub fn on(&self, machine: MachineId) -> impl Iterator<Item = &Task> {
        let is_on = move |task: &&Task| task.machine == Some(machine);
        self.tasks.iter().filter(is_on)
    }

    /// `MemoryReservation`: the memory that tasks reserve on registered machines, in percent.
    /// Draining machines count, with their tasks, until they are gone; so does a lost one until the
    /// loss is noticed.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster_reservation.html>
    #[must_use]
    pub fn reservation(&self) -> Option<f64> {
        let registered = self
            .machines
            .iter()
            .filter(|machine| machine.is_registered());
        let total = registered.count() as u64 * u64::from(self.size.memory);
        let placed = self.tasks.iter().filter(|task| task.machine.is_some());
        let reserved: u64 = placed.map(|task| u64::from(self.shape(task).memory)).sum();
        (total > 0).then(|| 100.0 * reserved as f64 / total as f64)
    }

    /// What all services together want to reserve.
    #[must_use]
    pub fn load(&self) -> u64 {
        let of = |service: &Service| u64::from(service.desired) * u64::from(service.shape.memory);
        self.services.iter().map(of).sum()
    }

    /// Tasks that no machine has room for.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let waits = |task: &&Task| task.phase == Phase::Waiting;
        self.tasks.iter().filter(waits).count()
    }

    /// Whether a deployment is on its way.
    #[must_use]
    pub fn deploys(&self) -> bool {
        self.tasks.iter().any(|task| {
            let service = self.services.get(task.service);
            service.is_some_and(|service| task.release != service.release)
        })
    }

    #[must_use]
    pub fn shape(&self, task: &Task) -> Shape {
        let service = self.services.get(task.service);
        service.map_or(Shape { memory: 0, cpu: 0 }, |service| service.shape)
    }
}
