//! How many browsers of one person are known at once.

use std::time::Duration;

use domain::{id::UserId, role::Role, time::Timestamp};
use uuid::Uuid;

use crate::{
    both_databases,
    known_browsers::{MOST_OF_USER, is_known_to, remember},
    users::{self, NewUser},
};

const NOW: Timestamp = Timestamp(1_000_000);

both_databases! {
    /// Ten are known; with the eleventh the one that was used longest ago is a stranger's again, and other people's are not touched.
    async fn the_newest_of_each_person_are_known(db: TestDb) {
        let [one, other] = [1, 2].map(|number| UserId(Uuid::from_u128(number)));
        let mut tx = db.begin().await.unwrap();
        for id in [one, other] {
            let (name, email) = (id.to_string(), format!("{id}@north-quay.example"));
            let user =
                NewUser { id, company: None, role: Role::Operator, region: None, name, email, language: None };
            users::insert(&mut tx, &user, NOW).await.unwrap();
        }
        remember(&mut tx, other, &[0; 32], NOW).await.unwrap();
        let most = u8::try_from(MOST_OF_USER).unwrap();
        for number in 0..most {
            remember(&mut tx, one, &[number; 32], NOW + Duration::from_secs(u64::from(number))).await.unwrap();
        }
        for number in 0..most {
            assert!(is_known_to(&mut tx, one, &[number; 32]).await.unwrap(), "{number}");
        }
        let later = NOW + Duration::from_mins(1);
        remember(&mut tx, one, &[0; 32], later).await.unwrap();
        remember(&mut tx, one, &[most; 32], later).await.unwrap();
        // A clock that runs behind does not make the browser of this moment a stranger's.
        remember(&mut tx, one, &[most + 1; 32], Timestamp(0)).await.unwrap();
        for number in 0..=most + 1 {
            let is_known = is_known_to(&mut tx, one, &[number; 32]).await.unwrap();
            assert_eq!(is_known, !(1..=2).contains(&number), "{number}");
        }
        assert!(is_known_to(&mut tx, other, &[0; 32]).await.unwrap());
        tx.commit().await.unwrap();
    }
}
