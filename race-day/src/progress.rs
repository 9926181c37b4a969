//! Progress on stderr: bars on a terminal, lines anywhere else.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Where progress is shown.
pub struct Display(Option<MultiProgress>);

/// The progress of one step.
pub enum Bar {
    /// Drawn on a terminal.
    Drawn(ProgressBar),
    /// Told in lines.
    Told(Lines),
}

/// Progress in lines, not often and at the end.
pub struct Lines {
    name: &'static str,
    total: u32,
    done: Cell<u32>,
    started: Instant,
    told: Cell<Instant>,
}

const BETWEEN_LINES: Duration = Duration::from_secs(5);

impl Display {
    /// Bars if stderr is a terminal.
    pub fn new() -> Self {
        Self(io::stderr().is_terminal().then(MultiProgress::new))
    }

    /// Shows a step of `total`.
    pub fn bar(&self, name: &'static str, total: u32) -> Bar {
        let Some(bars) = &self.0 else {
            return Bar::Told(Lines::begin(name, total));
        };
        let bar = bars.add(ProgressBar::new(total.into()));
        let style = "{prefix:<16} {bar:32} {pos:>6}/{len:<6} {elapsed:>4}";
        bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(name);
        bar.tick();
        Bar::Drawn(bar)
    }
}

impl Bar {
    /// One more is done.
    pub fn advance(&self) {
        match self {
            Self::Drawn(bar) => bar.inc(1),
            Self::Told(lines) => lines.advance(),
        }
    }

    /// No more will be done.
    pub fn finish(self) {
        match self {
            Self::Drawn(bar) => bar.abandon(),
            Self::Told(lines) => lines.tell(),
        }
    }
}

impl Lines {
    fn begin(name: &'static str, total: u32) -> Self {
        let now = Instant::now();
        Self {
            name,
            total,
            done: Cell::default(),
            started: now,
            told: Cell::new(now),
        }
    }

    fn advance(&self) {
        self.done.set(self.done.get() + 1);
        if self.told.get().elapsed() >= BETWEEN_LINES {
            self.tell();
        }
    }

    fn tell(&self) {
        self.told.set(Instant::now());
        let seconds = self.started.elapsed().as_secs_f32();
        // Progress nobody can read is no reason to stop.
        let _ = writeln!(
            io::stderr(),
            "{:<16} {:>6}/{:<6} {seconds:>6.1} s",
            self.name,
            self.done.get(),
            self.total
        );
    }
}
