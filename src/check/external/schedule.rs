//! The gate all requests pass: so many at once, few to one host, a pause between them, longer ones where a server asks.
//!
//! A redirect is a new request and queues at its own host. A host that wants to be left alone for longer than we wait is
//! left alone altogether: what is still to be asked there stays unsure.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::visit::{Answer, Fetch, Next, Trouble, Verdict, Visit, Why};

/// How politely and how patiently is asked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Requests at once.
    pub concurrency: usize,
    /// Requests at once to one host.
    pub per_host: usize,
    /// Between the starts of two requests to one host.
    pub pause: Duration,
    /// How often a request is repeated.
    pub retries: u32,
    /// Before the first repetition; doubled with each.
    pub backoff: Duration,
    /// The longest `Retry-After` that is waited for.
    pub patience: Duration,
    /// After how many hosts without any answer this computer is taken to be offline.
    pub offline_after: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            concurrency: 16,
            per_host: 2,
            pause: Duration::from_millis(100),
            retries: 2,
            backoff: Duration::from_secs(1),
            patience: Duration::from_secs(30),
            offline_after: 8,
        }
    }
}

struct Job {
    visit: Visit,
    not_before: Instant,
}

struct Host {
    waiting: VecDeque<Job>,
    active: usize,
    not_before: Instant,
    /// The answer after which it is left alone.
    closed: Option<Why>,
}

struct State {
    hosts: Vec<Host>,
    by_name: HashMap<String, usize>,
    /// Addresses without a verdict.
    open: usize,
    verdicts: BTreeMap<String, Verdict>,
    /// Whether any server has answered anything.
    answered: bool,
    unreachable: BTreeSet<usize>,
    last_trouble: Option<Why>,
}

struct Gate<'a> {
    policy: &'a Policy,
    fetch: &'a dyn Fetch,
    done: &'a (dyn Fn(&str, &Verdict) + Sync),
    state: Mutex<State>,
    changed: Condvar,
}

/// Asks for all `addresses` (each with its host); `done` hears of each verdict of a server that answered.
///
/// # Errors
/// The last trouble, where there was something to ask and no server answered at all.
pub(super) fn run(
    addresses: Vec<(String, String)>,
    policy: &Policy,
    fetch: &dyn Fetch,
    done: &(dyn Fn(&str, &Verdict) + Sync),
) -> Result<BTreeMap<String, Verdict>, Why> {
    let now = Instant::now();
    let mut state = State {
        hosts: Vec::new(),
        by_name: HashMap::new(),
        open: addresses.len(),
        verdicts: BTreeMap::new(),
        answered: false,
        unreachable: BTreeSet::new(),
        last_trouble: None,
    };
    let workers = policy.concurrency.clamp(1, 256).min(addresses.len());
    for (key, host) in addresses {
        let visit = Visit::new(key);
        state.enqueue(
            &host,
            Job {
                visit,
                not_before: now,
            },
            now,
        );
    }
    let gate = Gate {
        policy,
        fetch,
        done,
        state: Mutex::new(state),
        changed: Condvar::new(),
    };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| gate.work());
        }
    });
    let state = gate
        .state
        .into_inner()
        .unwrap_or_else(|broken| broken.into_inner());
    match state.last_trouble {
        Some(why) if !state.answered => Err(why),
        _ => Ok(state.verdicts),
    }
}

impl State {
    fn enqueue(&mut self, host: &str, job: Job, now: Instant) {
        let at = match self.by_name.get(host) {
            Some(&at) => at,
            None => {
                self.by_name.insert(host.to_owned(), self.hosts.len());
                self.hosts.push(Host {
                    waiting: VecDeque::new(),
                    active: 0,
                    not_before: now,
                    closed: None,
                });
                self.hosts.len() - 1
            }
        };
        self.hosts[at].waiting.push_back(job);
    }

    /// A job whose time has come and its host, or when the next one's will come.
    fn next(&mut self, policy: &Policy, now: Instant) -> Result<(usize, Job), Option<Instant>> {
        let mut soonest: Option<Instant> = None;
        for (at, host) in self.hosts.iter_mut().enumerate() {
            if host.waiting.is_empty() || host.active >= policy.per_host.max(1) {
                continue;
            }
            // In the order of the queue, unless one must wait longer than the next.
            let ready = host
                .waiting
                .iter()
                .enumerate()
                .min_by_key(|(_, job)| job.not_before.max(now));
            let Some((index, job)) = ready else { continue };
            let when = job.not_before.max(host.not_before);
            if when > now {
                soonest = Some(soonest.map_or(when, |other| other.min(when)));
                continue;
            }
            if let Some(job) = host.waiting.remove(index) {
                host.active += 1;
                host.not_before = now + policy.pause;
                return Ok((at, job));
            }
        }
        Err(soonest)
    }

    /// Nothing more is to be found out: every host tried has been silent.
    fn is_offline(&self, policy: &Policy) -> bool {
        !self.answered && self.unreachable.len() >= policy.offline_after
    }
}

impl Gate<'_> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            if state.open == 0 || state.is_offline(self.policy) {
                self.changed.notify_all();
                return;
            }
            let now = Instant::now();
            match state.next(self.policy, now) {
                Ok((host, mut job)) => {
                    drop(state);
                    // A panic below would leave its address open and everyone waiting.
                    let asked = || self.fetch.fetch(job.visit.method, &job.visit.url);
                    let outcome = catch_unwind(AssertUnwindSafe(asked))
                        .unwrap_or_else(|_| Err(Trouble::Connection("internal error".to_owned())));
                    state = self.lock();
                    state.hosts[host].active -= 1;
                    self.take_in(&mut state, host, &mut job, outcome);
                    self.changed.notify_all();
                }
                Err(Some(when)) => {
                    let wait = when.saturating_duration_since(now);
                    let waited = self.changed.wait_timeout(state, wait);
                    state = waited.unwrap_or_else(|broken| broken.into_inner()).0;
                }
                // All that is left is being asked by others.
                Err(None) => {
                    let waited = self.changed.wait(state);
                    state = waited.unwrap_or_else(|broken| broken.into_inner());
                }
            }
        }
    }

    fn take_in(
        &self,
        state: &mut State,
        host: usize,
        job: &mut Job,
        outcome: Result<Answer, Trouble>,
    ) {
        let now = Instant::now();
        let mut reached = true;
        match &outcome {
            Ok(_) => state.answered = true,
            Err(Trouble::Local) => {}
            Err(trouble) => {
                reached = matches!(trouble, Trouble::Certificate(_));
                state.answered |= reached;
                if !reached {
                    state.unreachable.insert(host);
                    state.last_trouble = Some(Why::of(trouble.clone()));
                }
            }
        }
        match job.visit.step(outcome) {
            Next::Done(verdict) => self.settle(state, job.visit.key.clone(), verdict),
            Next::Ask { host } => {
                let job = Job {
                    visit: job.visit.clone(),
                    not_before: now,
                };
                state.enqueue(&host, job, now);
            }
            Next::Again { after, why } => {
                if after.is_some_and(|after| after > self.policy.patience) {
                    state.hosts[host].closed = Some(why.clone());
                }
                if state.hosts[host].closed.is_some() || job.visit.tries >= self.policy.retries {
                    self.settle(state, job.visit.key.clone(), Verdict::Unsure { why });
                } else {
                    let wait = after.unwrap_or_else(|| self.backoff(&job.visit));
                    // Too many requests are too many for the host, not for one of its addresses.
                    if reached {
                        let host = &mut state.hosts[host];
                        host.not_before = host.not_before.max(now + wait);
                    }
                    job.visit.tries += 1;
                    state.hosts[host].waiting.push_back(Job {
                        visit: job.visit.clone(),
                        not_before: now + wait,
                    });
                }
            }
        }
        if let Some(why) = state.hosts[host].closed.clone() {
            let waiting = std::mem::take(&mut state.hosts[host].waiting);
            for job in waiting {
                let why = why.clone();
                self.settle(state, job.visit.key, Verdict::Unsure { why });
            }
        }
    }

    fn settle(&self, state: &mut State, key: String, verdict: Verdict) {
        state.open -= 1;
        // What the network did not let us find out says nothing about the link tomorrow.
        if state.answered {
            (self.done)(&key, &verdict);
        }
        state.verdicts.insert(key, verdict);
    }

    /// Twice as long each time, and a little more, different for each address so that they do not come all at once.
    fn backoff(&self, visit: &Visit) -> Duration {
        let wait = self.policy.backoff.saturating_mul(1 << visit.tries.min(6));
        let spread = u32::from(blake3::hash(visit.key.as_bytes()).as_bytes()[0]);
        wait + wait * spread / 512
    }
}
