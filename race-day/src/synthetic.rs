//! A made-up field: the same for the same number of runners.

use crate::field::{Gender, Runner};
use crate::finish_time::FinishTime;
use fastrand::Rng;

const KOREAN_FAMILY: [&str; 10] = ["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임"];
const KOREAN_GIVEN: [&str; 12] = [
    "민준", "서연", "도윤", "지우", "하준", "서윤", "은우", "지민", "유진", "현우", "수아", "태양",
];
const FAMILY: [&str; 12] = [
    "Almeida", "Brown", "Chen", "Fischer", "Haile", "Kimani", "Larsen", "Nguyen", "Novak", "Rossi", "Sato", "Torres",
];
const GIVEN: [&str; 12] = [
    "Ana", "Ben", "Chidi", "Dana", "Elif", "Freya", "Hugo", "Ines", "Kai", "Lucia", "Noor", "Tomas",
];

/// The fastest time, 2:10:00.
const FASTEST: u32 = 7_800;
/// The slowest time, 6:30:00.
const SLOWEST: u32 = 23_400;
/// The longest way to the start mat after the gun.
const LONGEST_START: u32 = 480;

/// A field of `count` runners in the order of their net times.
pub fn field(count: u32) -> Vec<Runner> {
    let mut rng = Rng::with_seed(42_195);
    let mut bibs: Vec<u32> = (1..=count).collect();
    rng.shuffle(&mut bibs);
    let mut times: Vec<u32> = bibs.iter().map(|_| bell(&mut rng, FASTEST, SLOWEST)).collect();
    times.sort_unstable();
    let runners = bibs.into_iter().zip(times).map(|(bib, net_time)| {
        // The slower start further back.
        let to_start = rng.u32(0..=LONGEST_START * (net_time - FASTEST) / (SLOWEST - FASTEST));
        Runner {
            bib: bib.to_string(),
            name: name(&mut rng),
            gender: match rng.u8(..100) {
                0 => Gender::X,
                1..=45 => Gender::F,
                _ => Gender::M,
            },
            age: u16::try_from(bell(&mut rng, 18, 80)).unwrap_or(40),
            net_time: FinishTime::from_seconds(net_time),
            gun_time: FinishTime::from_seconds(net_time + to_start),
        }
    });
    runners.collect()
}

/// A number from `low` to `high`, most often in the middle: the mean of four.
fn bell(rng: &mut Rng, low: u32, high: u32) -> u32 {
    (0..4).map(|_| rng.u32(low..=high)).sum::<u32>() / 4
}

fn name(rng: &mut Rng) -> String {
    let international = rng.u8(..3) == 0;
    let mut one_of = |names: &[&'static str]| rng.choice(names).copied().unwrap_or_default();
    if international {
        format!("{} {}", one_of(&GIVEN), one_of(&FAMILY))
    } else {
        format!("{}{}", one_of(&KOREAN_FAMILY), one_of(&KOREAN_GIVEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_field_is_plausible() {
        let field = field(2_000);
        assert_eq!(field.len(), 2_000);
        assert_eq!(
            field.iter().map(|runner| &runner.bib).collect::<HashSet<_>>().len(),
            2_000
        );
        assert!(field.is_sorted_by_key(|runner| runner.net_time));
        assert!(
            field
                .iter()
                .all(|runner| runner.net_time <= runner.gun_time && (18..=80).contains(&runner.age))
        );
        assert!(field[0].net_time >= FinishTime::from_seconds(FASTEST));
        assert!(field[1_999].net_time <= FinishTime::from_seconds(SLOWEST));
        let middle = FinishTime::from_seconds(FASTEST.midpoint(SLOWEST) - 1_800);
        assert!(field[1_000].net_time > middle);
    }

    #[test]
    fn it_is_the_same_every_time() {
        assert_eq!(field(50), field(50));
    }
}
