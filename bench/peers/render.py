"""A page of Python's prometheus_client: a gauge for each metric of a page, and the same series."""
import argparse
import json
import resource
import time

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.parser import text_fd_to_metric_families

flags = argparse.ArgumentParser()
flags.add_argument("--page")
flags.add_argument("--warm", type=int)
flags.add_argument("--measured", type=int)
given = flags.parse_args()

registry = CollectorRegistry()
gauges = {}
series = []
with open(given.page, encoding="utf-8") as page:
    for family in text_fd_to_metric_families(page):
        for sample in family.samples:
            gauge = gauges.get(sample.name)
            if gauge is None:
                gauge = Gauge(sample.name, family.documentation, list(sample.labels), registry=registry)
                gauges[sample.name] = gauge
            series.append((gauge, sample.labels, sample.value))

keep_seconds = render_seconds = 0.0
for turn in range(given.warm + given.measured):
    begun = time.process_time()
    for gauge, labels, value in series:
        (gauge.labels(**labels) if labels else gauge).set(value + turn)
    kept = time.process_time()
    generate_latest(registry)
    rendered = time.process_time()
    if turn >= given.warm:
        keep_seconds += kept - begun
        render_seconds += rendered - kept

print(
    json.dumps(
        {
            "render": render_seconds / given.measured * 1e3,
            "keepAndRender": (keep_seconds + render_seconds) / given.measured * 1e3,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        }
    )
)
