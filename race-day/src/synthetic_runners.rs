//! Synthetic runners and results, the same for the same number of runners.

use crate::finish_time::FinishTime;
use crate::runner::{Gender, Runner};
use fastrand::Rng;

const KOREAN_FAMILY_NAMES: [&str; 10] = ["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임"];
const KOREAN_GIVEN_NAMES: [&str; 12] = [
    "민준", "서연", "도윤", "지우", "하준", "서윤", "은우", "지민", "유진", "현우", "수아", "태양",
];
const FAMILY_NAMES: [&str; 12] = [
    "Almeida", "Brown", "Chen", "Fischer", "Haile", "Kimani", "Larsen", "Nguyen", "Novak", "Rossi", "Sato", "Torres",
];
const GIVEN_NAMES: [&str; 12] = [
    "Ana", "Ben", "Chidi", "Dana", "Elif", "Freya", "Hugo", "Ines", "Kai", "Lucia", "Noor", "Tomas",
];

/// 2:10:00.
const MIN_NET_TIME_SECONDS: u32 = 7_800;
/// 6:30:00.
const MAX_NET_TIME_SECONDS: u32 = 23_400;
/// From the gun to the start mat.
const MAX_START_DELAY_SECONDS: u32 = 480;

/// `count` runners, sorted by net time.
pub fn generate(count: u32) -> Vec<Runner> {
    let mut rng = Rng::with_seed(42_195);
    let mut bibs: Vec<u32> = (1..=count).collect();
    rng.shuffle(&mut bibs);
    let mut times: Vec<u32> = bibs
        .iter()
        .map(|_| bell_curve(&mut rng, MIN_NET_TIME_SECONDS, MAX_NET_TIME_SECONDS))
        .collect();
    times.sort_unstable();
    let runners = bibs.into_iter().zip(times).map(|(bib, net_time)| {
        // Slower runners start further back.
        let max_start_delay =
            MAX_START_DELAY_SECONDS * (net_time - MIN_NET_TIME_SECONDS) / (MAX_NET_TIME_SECONDS - MIN_NET_TIME_SECONDS);
        let start_delay = rng.u32(0..=max_start_delay);
        Runner {
            bib: bib.to_string(),
            name: name(&mut rng),
            gender: match rng.u8(..100) {
                0 => Gender::X,
                1..=45 => Gender::F,
                _ => Gender::M,
            },
            age: u16::try_from(bell_curve(&mut rng, 18, 80)).unwrap_or(40),
            net_time: FinishTime::from_seconds(net_time),
            gun_time: FinishTime::from_seconds(net_time + start_delay),
        }
    });
    runners.collect()
}

/// A number from `low` to `high`, roughly normally distributed: the mean of four random numbers.
fn bell_curve(rng: &mut Rng, low: u32, high: u32) -> u32 {
    (0..4).map(|_| rng.u32(low..=high)).sum::<u32>() / 4
}

fn name(rng: &mut Rng) -> String {
    let international = rng.u8(..3) == 0;
    let mut choose = |names: &[&'static str]| rng.choice(names).copied().unwrap_or_default();
    if international {
        format!("{} {}", choose(&GIVEN_NAMES), choose(&FAMILY_NAMES))
    } else {
        format!("{}{}", choose(&KOREAN_FAMILY_NAMES), choose(&KOREAN_GIVEN_NAMES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn generates_plausible_runners() {
        let runners = generate(2_000);
        assert_eq!(runners.len(), 2_000);
        assert_eq!(
            runners.iter().map(|runner| &runner.bib).collect::<HashSet<_>>().len(),
            2_000
        );
        assert!(runners.is_sorted_by_key(|runner| runner.net_time));
        assert!(
            runners
                .iter()
                .all(|runner| runner.net_time <= runner.gun_time && (18..=80).contains(&runner.age))
        );
        assert!(runners[0].net_time >= FinishTime::from_seconds(MIN_NET_TIME_SECONDS));
        assert!(runners[1_999].net_time <= FinishTime::from_seconds(MAX_NET_TIME_SECONDS));
        let middle = FinishTime::from_seconds(MIN_NET_TIME_SECONDS.midpoint(MAX_NET_TIME_SECONDS) - 1_800);
        assert!(runners[1_000].net_time > middle);
    }

    #[test]
    fn generates_same_runners_every_time() {
        assert_eq!(generate(50), generate(50));
    }
}
