//! Events as lines of JSON.

use std::time::Duration;

use cspm::{CallEvent, Event};
use serde_json::{Value, json};

use crate::error::{Failure, to_json};

/// The event as a line of JSON; `None` for one that JavaScript knows nothing of. Findings and resources are as the core
/// writes them, and stand behind everything else, so that their text can be kept.
pub(crate) fn line(event: &Event) -> Result<Option<String>, Failure> {
    Ok(Some(match event {
        Event::Planned { plan, rules } => json!({"type": "planned", "plan": &**plan, "rules": rules}).to_string(),
        Event::Progress(progress) => json!({
            "type": "progress",
            "callsDone": progress.calls_done,
            "callsExpected": progress.calls_expected,
            "resources": progress.resources,
            "findings": progress.findings,
            "elapsed": milliseconds(progress.elapsed),
            "left": progress.left.map(milliseconds),
        })
        .to_string(),
        Event::Resource(resource) => format!(r#"{{"type":"resource","resource":{}}}"#, to_json(resource)?),
        Event::Finding(finding) => format!(r#"{{"type":"finding","finding":{}}}"#, to_json(finding)?),
        Event::Denied(call) => of_call("denied", call).to_string(),
        Event::Failed(call) => of_call("failed", call).to_string(),
        Event::Throttled { call, wait } => {
            let mut value = of_call("throttled", call);
            value["wait"] = milliseconds(*wait).into();
            value.to_string()
        }
        _ => return Ok(None),
    }))
}

fn of_call(name: &str, call: &CallEvent) -> Value {
    let CallEvent { account, region, call, reason, detail } = call;
    json!({"type": name, "account": account, "region": region, "call": call, "reason": reason, "detail": detail})
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
