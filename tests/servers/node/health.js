'use strict';

const RETRY_AFTER = 5; // seconds
const state = { at: null, alarm: null, draining: false };

// A shutdown is announced, or the announced one is moved; then runs when its time has come.
exports.plan = (ms, then) => {
  clearTimeout(state.alarm);
  state.at = Date.now() + ms;
  state.alarm = setTimeout(then, ms);
};

exports.callOff = () => {
  clearTimeout(state.alarm);
  state.at = state.alarm = null;
};

exports.drain = () => { state.draining = true; };

function say(res, body) {
  if (state.draining) {
    res.statusCode = 503;
    res.setHeader('Retry-After', RETRY_AFTER);
  }
  res.setHeader('Content-Type', 'application/json');
  res.end(JSON.stringify(body));
}

// GET /actuator/health: frontends poll it, and count down by themselves.
exports.answer = (req, res) => {
  const maintenance = { scheduled: state.at !== null };
  if (state.at !== null) {
    maintenance.shutdownTime = new Date(state.at).toISOString();
    maintenance.gracePeriodSeconds = Math.max(0, Math.ceil((state.at - Date.now()) / 1000));
  }
  say(res, { status: state.draining ? 'OUT_OF_SERVICE' : 'UP', maintenance });
};

// For the load balancer: 503 from the signal on, while the port is still open.
exports.ready = (req, res) => say(res, { ready: !state.draining });

// Before every route. While the service drains, each answer is the last one of its connection.
// Without the CORS headers a browser shows a 503 as "Network Error".
exports.headers = (req, res) => {
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  if (state.draining) res.setHeader('Connection', 'close');
};
