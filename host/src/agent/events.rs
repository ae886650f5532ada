//! From a turn to whoever follows it.
//!
//! Telling never waits, so nobody's slowness keeps a turn from stopping. Between steps the turn waits until the
//! follower has caught up, so what lies in between is never more than one step's events.

use tokio::sync::{mpsc, watch};

use super::Event;

/// The turn's end.
#[derive(Debug)]
pub struct EventSender {
    events: mpsc::UnboundedSender<Event>,
    told: u64,
    taken: watch::Receiver<u64>,
}

/// The follower's end.
#[derive(Debug)]
pub struct EventReceiver {
    events: mpsc::UnboundedReceiver<Event>,
    taken: watch::Sender<u64>,
}

/// Both ends.
pub fn channel() -> (EventSender, EventReceiver) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let (taken, taken_here) = watch::channel(0);
    let tell = EventSender {
        events: sender,
        told: 0,
        taken: taken_here,
    };
    let told = EventReceiver {
        events: receiver,
        taken,
    };
    (tell, told)
}

impl EventSender {
    pub fn tell(&mut self, event: Event) {
        self.told += 1;
        // Where nobody follows any more, the turn ends by `gone`.
        let _ = self.events.send(event);
    }

    /// For the last word where this end is lost.
    pub fn spare(&self) -> mpsc::UnboundedSender<Event> {
        self.events.clone()
    }

    /// Waits until everything was taken.
    pub async fn caught_up(&mut self) {
        let told = self.told;
        let _ = self.taken.wait_for(|taken| *taken >= told).await;
    }

    /// Waits until nobody follows any more.
    pub async fn gone(&self) {
        self.events.closed().await;
    }
}

impl EventReceiver {
    /// The next event. Safe to give up and call again.
    pub async fn next(&mut self) -> Option<Event> {
        let event = self.events.recv().await?;
        self.taken.send_modify(|taken| *taken += 1);
        Some(event)
    }
}
