//! What the outbox tells of a message.

use std::time::Duration;

use domain::{id::MessageId, time::Timestamp};
use uuid::Uuid;

use crate::{
    both_databases,
    outbox::{NewMessage, State, claim, insert, record_handed_over, record_retry, state},
};

const NOW: Timestamp = Timestamp(1_000_000);
const ID: MessageId = MessageId(Uuid::from_u128(7));
const MINUTE: Duration = Duration::from_mins(1);

both_databases! {
    /// A message in the hands of a worker has not failed; one to be tried again has.
    async fn only_failed_tries_are_told(db: TestDb) {
        let mut tx = db.begin().await.unwrap();
        let message = NewMessage { id: ID, user: None, kind: "test_mail", sealed: b"x", deadline_at: NOW + 10 * MINUTE };
        insert(&mut tx, &message, NOW).await.unwrap();
        assert_eq!(claim(&mut tx, "a", 5, NOW + MINUTE, NOW).await.unwrap().len(), 1);
        assert_eq!(state(&mut tx, ID).await.unwrap(), Some(State::Queued { attempts: 0 }));
        assert!(record_retry(&mut tx, ID, "a", NOW, 1, "451").await.unwrap());
        assert_eq!(state(&mut tx, ID).await.unwrap(), Some(State::Queued { attempts: 1 }));
        tx.commit().await.unwrap();
    }

    /// Who lost the lease can write nothing down, and a dead worker's message comes back.
    async fn a_lease_is_of_one_worker(db: TestDb) {
        let mut tx = db.begin().await.unwrap();
        let message = NewMessage { id: ID, user: None, kind: "test_mail", sealed: b"x", deadline_at: NOW + 10 * MINUTE };
        insert(&mut tx, &message, NOW).await.unwrap();
        assert_eq!(claim(&mut tx, "a", 5, NOW + MINUTE, NOW).await.unwrap().len(), 1);
        assert!(claim(&mut tx, "b", 5, NOW + MINUTE, NOW).await.unwrap().is_empty());
        let late = NOW + MINUTE;
        assert_eq!(claim(&mut tx, "b", 5, late + MINUTE, late).await.unwrap().len(), 1);
        assert!(!record_handed_over(&mut tx, ID, "a", late).await.unwrap());
        assert!(record_handed_over(&mut tx, ID, "b", late).await.unwrap());
        assert_eq!(state(&mut tx, ID).await.unwrap(), Some(State::HandedOver(late)));
        tx.commit().await.unwrap();
    }
}
