/* The platforms' shutdown sequences, one row each. All figures are the platforms' defaults. */
#include "plan/profiles.h"

#include <signal.h>
#include <string.h>

#define MS(n) ((int64_t)(n)*1000000)
#define S(n)  ((int64_t)(n)*1000000000)

const struct profile profiles[] = {
    {"kubernetes", "Kubernetes pod", SIGTERM, TO_PROCESS, 0, S(30), SIGKILL, S(5), false,
     "endpoints are removed at the same time as the signal is sent, so new requests go on "
     "arriving: "
     "under a second in a small cluster, up to 10 to 30 s behind a polling ingress. a preStop hook "
     "spends the same 30 s",
     "Kubernetes, Pod Lifecycle, Termination of Pods "
     "(https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/); lag: issue "
     "kubernetes#106476 and KEP-3960",
     "2026-11"},
    {"docker", "docker stop", SIGTERM, TO_PROCESS, 0, S(10), SIGKILL, 0, false,
     "the image's STOPSIGNAL replaces SIGTERM; the process is PID 1 of its namespace unless --init "
     "is given",
     "docker container stop (https://docs.docker.com/reference/cli/docker/container/stop/)",
     "2026-11"},
    {"systemd", "systemd service", SIGTERM, TO_GROUP, 0, S(90), SIGKILL, 0, false,
     "KillMode=control-group sends the signal to every process of the unit; KillMode=mixed to the "
     "main one only. TimeoutStopSec= sets the grace",
     "systemd.kill(5), systemd.service(5), DefaultTimeoutStopSec= in systemd-system.conf(5)",
     "2026-11"},
    {"ecs", "Amazon ECS and Fargate", SIGTERM, TO_PROCESS, 0, S(30), SIGKILL, 0, false,
     "stopTimeout sets the grace, at most 120 s on Fargate. targets behind a load balancer are "
     "deregistered before the signal",
     "Amazon ECS API, StopTask and ContainerDefinition stopTimeout", "2026-11"},
    {"cloud-run", "Google Cloud Run", SIGTERM, TO_PROCESS, 0, S(10), SIGKILL, 0, false,
     "an instance is mostly stopped when it has no traffic",
     "Google Cloud, Graceful shutdowns on Cloud Run: Deep dive "
     "(https://cloud.google.com/blog/topics/developers-practitioners/"
     "graceful-shutdowns-cloud-run-deep-dive)",
     "2020-10"},
    {"heroku", "Heroku dyno", SIGTERM, TO_TREE, 0, S(30), SIGKILL, S(1), true,
     "the signal goes to every process of the dyno, and may come more than once",
     "Heroku, Dyno Shutdown Behavior "
     "(https://devcenter.heroku.com/articles/dyno-shutdown-behavior)",
     "2024-12"},
    {"lambda", "AWS Lambda with an extension", SIGTERM, TO_PROCESS, 0, MS(300), SIGKILL, 0, false,
     "300 ms with an external extension, 500 ms with an internal one, and no signal at all without "
     "one; sent only when nothing is being invoked",
     "aws-samples, Graceful shutdown with AWS Lambda "
     "(https://github.com/aws-samples/graceful-shutdown-with-aws-lambda)",
     "2026-11"},
    {"nomad", "HashiCorp Nomad task", SIGINT, TO_PROCESS, 0, S(5), SIGKILL, 0, false,
     "SIGINT, not SIGTERM; the docker driver sends the image's STOPSIGNAL instead. kill_timeout "
     "sets the grace, shutdown_delay a wait between leaving the catalogue and the signal",
     "HashiCorp, Nomad job specification, task: kill_signal, kill_timeout "
     "(https://developer.hashicorp.com/nomad/docs/job-specification/task)",
     "2026-11"},
    {"fly", "Fly.io machine", SIGINT, TO_PROCESS, 0, S(5), SIGKILL, S(1), false,
     "SIGINT, not SIGTERM; kill_signal and kill_timeout (at most 5 minutes) in fly.toml change it",
     "Fly.io, App configuration, runtime options "
     "(https://fly.io/docs/reference/configuration/)",
     "2026-11"},
    {"pm2", "PM2", SIGINT, TO_TREE, 0, MS(1600), SIGKILL, 0, false,
     "SIGINT to the process and its children; kill_timeout sets the grace",
     "PM2, Graceful Start/Shutdown (https://pm2.keymetrics.io/docs/usage/signals-clean-restart/) "
     "and PM2_KILL_TIMEOUT in its source",
     "2026-11"},
    {"supervisor", "Supervisor", SIGTERM, TO_PROCESS, 0, S(10), SIGKILL, 0, false,
     "stopsignal and stopwaitsecs change it; only the process that it started gets the signal "
     "unless stopasgroup is set",
     "Supervisor, Configuration File, [program:x] "
     "(https://supervisord.org/configuration.html)",
     "2026-11"},
    {"cloud-foundry", "Cloud Foundry app", SIGTERM, TO_PROCESS, 0, S(10), SIGKILL, S(1), false,
     "the route is removed at the same time as the signal is sent",
     "Cloud Foundry, App Container Lifecycle, Shutdown "
     "(https://docs.cloudfoundry.org/devguide/deploy-apps/app-lifecycle.html)",
     "2026-11"},
    {0},
};

enum { PROFILE_COUNT = sizeof profiles / sizeof *profiles - 1 };

const struct profile *profile_find(const char *name)
{
    for (const struct profile *p = profiles; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

const char *const *profile_names(void)
{
    static const char *names[PROFILE_COUNT + 1];

    for (int i = 0; i < PROFILE_COUNT; i++)
        names[i] = profiles[i].name;
    return names;
}
