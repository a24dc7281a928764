//! Collection of evidence from ECS while a service's stack is deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::time::sleep;

use super::evidence::{Evidence, Target};
use super::messages;
use crate::inspect::services::{Answer, ServiceError, ServiceEvent, Services, Task};

/// How often is looked, and how much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectOptions {
    /// The time between two looks. A crash loop stops a task every minute or so.
    pub interval: Duration,
    /// The time after the end until the last look: containers hand on their last lines after they
    /// have stopped.
    pub settle: Duration,
    /// Of how many failed tasks the logs are read; one more says no more.
    pub logs: usize,
    pub tasks: usize,
}

impl Default for CollectOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(15),
            settle: Duration::from_secs(5),
            logs: 3,
            tasks: 200,
        }
    }
}

/// How much time each of several services adds to the time between two looks: each look is two
/// calls, and an account's other users call ECS too.
const PER_SERVICE: Duration = Duration::from_secs(1);

/// How many lines of a log are asked for.
const LINES: u32 = 50;

/// How often a log that is empty is asked for again.
const TRIES: u8 = 4;

/// How many tasks can be described at once.
const AT_ONCE: usize = 100;

/// Looks at a service until `end`, and once more. Begin it before the deployment: what is there at the
/// first look counts as old. Nothing that fails ends it, and nothing is changed.
pub async fn collect<S: Services>(
    services: &S,
    target: &Target,
    options: CollectOptions,
    end: impl Future<Output = ()>,
) -> Evidence {
    let mut collector = Collector {
        services,
        target,
        options,
        evidence: Evidence::default(),
        known: BTreeSet::new(),
        has_seen_events: false,
        has_seen_tasks: false,
        logs: Vec::new(),
    };
    let mut end = pin!(end);
    collector.poll().await;
    loop {
        tokio::select! {
            biased;
            () = &mut end => break,
            () = sleep(options.interval) => {}
        }
        collector.poll().await;
    }
    if !collector.logs.is_empty() {
        sleep(options.settle).await;
    }
    collector.poll().await;
    collector.evidence
}

/// Looks at several services while something is done, by name, and until it is done. The more there
/// are, the slower: ECS is asked no more often than for a few.
pub async fn collect_while<S: Services, T>(
    services: &S,
    targets: &BTreeMap<String, Target>,
    options: CollectOptions,
    work: impl Future<Output = T>,
) -> (T, BTreeMap<String, Evidence>) {
    let count = u32::try_from(targets.len()).unwrap_or(u32::MAX);
    let options = CollectOptions {
        interval: options.interval.max(PER_SERVICE.saturating_mul(count)),
        ..options
    };
    let (done, end) = watch::channel(false);
    let collecting = join_all(targets.iter().map(|(name, target)| {
        let mut end = end.clone();
        async move {
            let ended = async {
                // An end of the channel is the end too.
                let _ = end.wait_for(|done| *done).await;
            };
            (
                name.clone(),
                collect(services, target, options, ended).await,
            )
        }
    }));
    let working = async {
        let result = work.await;
        done.send_replace(true);
        result
    };
    let (result, evidence) = tokio::join!(working, collecting);
    (result, evidence.into_iter().collect())
}

struct Collector<'a, S> {
    services: &'a S,
    target: &'a Target,
    options: CollectOptions,
    evidence: Evidence,
    /// The events and tasks that were seen.
    known: BTreeSet<String>,
    /// Whether it is known what events and tasks there were before: the first answer tells.
    has_seen_events: bool,
    has_seen_tasks: bool,
    /// Logs that are still to be read.
    logs: Vec<Log>,
}

struct Log {
    task: String,
    container: String,
    stream: String,
    tries: u8,
}

impl<S: Services> Collector<'_, S> {
    async fn poll(&mut self) {
        let (cluster, service) = (&self.target.cluster, &self.target.service);
        match self.services.ecs_service(cluster, service).await {
            Ok(Some(found)) => {
                self.record_events(found.events);
                let deployments = found.deployments.into_iter();
                self.evidence
                    .deployments
                    .extend(deployments.map(|one| (one.id.clone(), one)));
            }
            // Not there yet, or not any more.
            Ok(None) => self.has_seen_events = true,
            Err(error) => self.record_error("ecs:DescribeServices", &error),
        }
        self.poll_tasks().await;
        self.read_logs().await;
    }

    /// What is there at the first look is old. What happened since the service was steady is kept,
    /// and apart.
    fn record_events(&mut self, newest_first: Vec<ServiceEvent>) {
        let mut new: Vec<ServiceEvent> = newest_first
            .into_iter()
            .filter(|event| self.known.insert(event.id.clone()))
            .collect();
        if self.has_seen_events {
            new.reverse();
            self.evidence.events.extend(new);
        } else {
            self.has_seen_events = true;
            let since = new
                .into_iter()
                .take_while(|event| !messages::is_steady(&event.message));
            self.evidence.before = since.collect();
            self.evidence.before.reverse();
        }
    }

    async fn poll_tasks(&mut self) {
        let stopped = match self.stopped().await {
            Ok(stopped) => stopped,
            Err(error) => {
                self.record_error("ecs:ListTasks", &error);
                return;
            }
        };
        if !self.has_seen_tasks {
            self.has_seen_tasks = true;
            self.known.extend(stopped);
            return;
        }
        let room = self.options.tasks.saturating_sub(self.evidence.tasks.len());
        let new: Vec<String> = stopped
            .into_iter()
            .filter(|arn| !self.known.contains(arn))
            .take(room)
            .collect();
        for some in new.chunks(AT_ONCE) {
            match self.services.tasks(&self.target.cluster, some).await {
                Ok(tasks) => tasks.into_iter().for_each(|task| self.record_task(task)),
                // They are asked for again at the next look.
                Err(error) => self.record_error("ecs:DescribeTasks", &error),
            }
        }
    }

    fn record_task(&mut self, task: Task) {
        self.known.insert(task.arn.clone());
        if messages::stop_cause(&task, None).is_some() {
            let read: BTreeSet<&str> = self
                .logs
                .iter()
                .map(|log| log.task.as_str())
                .chain(self.evidence.lines.keys().map(|(task, _)| task.as_str()))
                .collect();
            if read.len() < self.options.logs {
                let logs = task.containers.iter().map(|container| Log {
                    task: task.arn.clone(),
                    container: container.name.clone(),
                    stream: self.target.stream(&container.name, &task),
                    tries: TRIES,
                });
                self.logs.extend(logs);
            }
        }
        self.evidence.tasks.insert(task.arn.clone(), task);
    }

    /// The ARNs of all tasks that were stopped.
    async fn stopped(&self) -> Answer<Vec<String>> {
        let (cluster, service) = (&self.target.cluster, &self.target.service);
        let mut arns = Vec::new();
        let mut next = None;
        loop {
            let page = self.services.stopped_tasks(cluster, service, next).await?;
            arns.extend(page.items);
            next = page.next;
            if next.is_none() {
                return Ok(arns);
            }
        }
    }

    /// Lines come some seconds after they were written, so an empty log is asked for again.
    async fn read_logs(&mut self) {
        let mut again = Vec::new();
        for mut log in std::mem::take(&mut self.logs) {
            let group = &self.target.log_group;
            match self
                .services
                .last_log_lines(group, &log.stream, LINES)
                .await
            {
                Ok(lines) if lines.is_empty() => {
                    log.tries -= 1;
                    if log.tries > 0 {
                        again.push(log);
                    }
                }
                Ok(lines) => {
                    let key = (log.task, log.container);
                    self.evidence.lines.insert(key, lines);
                }
                Err(error) => {
                    self.record_error("logs:GetLogEvents", &error);
                    log.tries -= 1;
                    if log.tries > 0 {
                        again.push(log);
                    }
                }
            }
        }
        self.logs = again;
    }

    fn record_error(&mut self, action: &str, error: &ServiceError) {
        self.evidence.errors.insert(format!("{action}: {error}"));
    }
}
