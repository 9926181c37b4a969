//! Progress on stderr: bars on a terminal, log lines otherwise.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

const LOG_INTERVAL: Duration = Duration::from_secs(5);

/// Shows bars if there is a `MultiProgress`, log lines otherwise.
pub struct ProgressDisplay(Option<MultiProgress>);

/// The progress of one phase.
pub enum Progress {
    Bar(ProgressBar),
    Log(ProgressLog),
}

/// Writes at most one line in each [`LOG_INTERVAL`], and one at the end.
pub struct ProgressLog {
    name: &'static str,
    total: u32,
    completed: Cell<u32>,
    started: Instant,
    last_logged: Cell<Instant>,
}

impl ProgressDisplay {
    pub fn new() -> Self {
        Self(io::stderr().is_terminal().then(MultiProgress::new))
    }

    pub fn start(&self, name: &'static str, total: u32) -> Progress {
        let Some(bars) = &self.0 else {
            return Progress::Log(ProgressLog::new(name, total));
        };
        let bar = bars.add(ProgressBar::new(total.into()));
        let style = "{prefix:<16} {bar:32} {pos:>6}/{len:<6} {elapsed:>4}";
        bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(name);
        bar.tick();
        Progress::Bar(bar)
    }
}

impl Progress {
    pub fn advance(&self) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Log(log) => log.advance(),
        }
    }

    pub fn finish(self) {
        match self {
            // Not `finish`, which would fill the bar.
            Self::Bar(bar) => bar.abandon(),
            Self::Log(log) => log.write_line(),
        }
    }
}

impl ProgressLog {
    fn new(name: &'static str, total: u32) -> Self {
        let now = Instant::now();
        Self {
            name,
            total,
            completed: Cell::default(),
            started: now,
            last_logged: Cell::new(now),
        }
    }

    fn advance(&self) {
        self.completed.set(self.completed.get() + 1);
        if self.last_logged.get().elapsed() >= LOG_INTERVAL {
            self.write_line();
        }
    }

    fn write_line(&self) {
        self.last_logged.set(Instant::now());
        let seconds = self.started.elapsed().as_secs_f32();
        // The race goes on if stderr is closed.
        let _ = writeln!(
            io::stderr(),
            "{:<16} {:>6}/{:<6} {seconds:>6.1} s",
            self.name,
            self.completed.get(),
            self.total
        );
    }
}
