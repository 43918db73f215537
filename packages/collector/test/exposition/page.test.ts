import test from 'ava'
import { toText } from '../../src/exposition/text.js'
import { families } from '../../src/families/families.js'
import { allOptions, fullSnapshot } from '../helpers/snapshots.js'

test('the page of a snapshot of which everything is known', (t) => {
  t.is(toText(families([fullSnapshot], allOptions)), page)
})

const page = `# HELP alauda_instance_cpu_usage_seconds_total CPU time that the instance has used since it started, in seconds (cpu_cumulative_usage, nanoseconds).
# TYPE alauda_instance_cpu_usage_seconds_total counter
alauda_instance_cpu_usage_seconds_total{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 0.310527696
# HELP alauda_instance_cpu_utilization_ratio CPU utilization, as a ratio, as the API reports it (cpu_utilization, percent). In its documented sample this is the mean since the container started, of one core, not the present load: for that, use rate(alauda_instance_cpu_usage_seconds_total).
# TYPE alauda_instance_cpu_utilization_ratio gauge
alauda_instance_cpu_utilization_ratio{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 0.125
# HELP alauda_instance_memory_usage_bytes Memory that the instance uses, in bytes (memory_usage).
# TYPE alauda_instance_memory_usage_bytes gauge
alauda_instance_memory_usage_bytes{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 16072704
# HELP alauda_instance_memory_utilization_ratio Share of its memory limit that the instance uses, as a ratio (memory_utilization, percent).
# TYPE alauda_instance_memory_utilization_ratio gauge
alauda_instance_memory_utilization_ratio{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 0.25
# HELP alauda_instance_memory_limit_bytes Memory that the instance may use, in bytes (memory_usage divided by memory_utilization, rounded to a byte).
# TYPE alauda_instance_memory_limit_bytes gauge
alauda_instance_memory_limit_bytes{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 64290816
# HELP alauda_instance_network_receive_bytes_total Bytes that the instance has received since it started (rx_bytes).
# TYPE alauda_instance_network_receive_bytes_total counter
alauda_instance_network_receive_bytes_total{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 648
# HELP alauda_instance_network_receive_errors_total Packets that the instance has received in error since it started (rx_errors).
# TYPE alauda_instance_network_receive_errors_total counter
alauda_instance_network_receive_errors_total{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 1
# HELP alauda_instance_network_transmit_bytes_total Bytes that the instance has sent since it started (tx_bytes).
# TYPE alauda_instance_network_transmit_bytes_total counter
alauda_instance_network_transmit_bytes_total{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 738
# HELP alauda_instance_network_transmit_errors_total Packets that the instance has sent in error since it started (tx_errors).
# TYPE alauda_instance_network_transmit_errors_total counter
alauda_instance_network_transmit_errors_total{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 0
# HELP alauda_instance_last_sample_timestamp_seconds When the cloud measured the values shown for the instance, in seconds since the epoch (time).
# TYPE alauda_instance_last_sample_timestamp_seconds gauge
alauda_instance_last_sample_timestamp_seconds{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 1433753089
# HELP alauda_instance_start_time_seconds When the instance started, in seconds since the epoch (started_at).
# TYPE alauda_instance_start_time_seconds gauge
alauda_instance_start_time_seconds{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0"} 1433750001
# HELP alauda_instance_info What the instance is; always 1.
# TYPE alauda_instance_info gauge
alauda_instance_info{namespace="demo",project="logs",space="ops",service="kibana",instance_name="kibana.0",uuid="c0ffee"} 1
# HELP alauda_service_target_instances Instances that the service should have (target_num_instances).
# TYPE alauda_service_target_instances gauge
alauda_service_target_instances{namespace="demo",project="logs",space="ops",service="kibana"} 3
# HELP alauda_service_current_instances Instances that the service has (current_num_instances).
# TYPE alauda_service_current_instances gauge
alauda_service_current_instances{namespace="demo",project="logs",space="ops",service="kibana"} 2
# HELP alauda_service_started_instances Instances of the service that have started (started_num_instances).
# TYPE alauda_service_started_instances gauge
alauda_service_started_instances{namespace="demo",project="logs",space="ops",service="kibana"} 2
# HELP alauda_service_staged_instances Instances of the service that are prepared but not started (staged_num_instances).
# TYPE alauda_service_staged_instances gauge
alauda_service_staged_instances{namespace="demo",project="logs",space="ops",service="kibana"} 1
# HELP alauda_service_healthy_instances Instances of the service that pass its health checks (healthy_num_instances).
# TYPE alauda_service_healthy_instances gauge
alauda_service_healthy_instances{namespace="demo",project="logs",space="ops",service="kibana"} 2
# HELP alauda_service_status Whether the service is in the status that the label names: 1 for the present one, 0 for the others (current_status).
# TYPE alauda_service_status gauge
alauda_service_status{namespace="demo",project="logs",space="ops",service="kibana",status="Running"} 1
alauda_service_status{namespace="demo",project="logs",space="ops",service="kibana",status="Stopped"} 0
alauda_service_status{namespace="demo",project="logs",space="ops",service="kibana",status="Starting"} 0
alauda_service_status{namespace="demo",project="logs",space="ops",service="kibana",status="Deploying"} 0
alauda_service_status{namespace="demo",project="logs",space="ops",service="kibana",status="Error"} 0
# HELP alauda_service_target_started Whether the service should run: 1 for STARTED, 0 for STOPPED (target_state).
# TYPE alauda_service_target_started gauge
alauda_service_target_started{namespace="demo",project="logs",space="ops",service="kibana"} 1
# HELP alauda_service_deploying Whether the service is being deployed: 1 for yes, 0 for no (is_deploying).
# TYPE alauda_service_deploying gauge
alauda_service_deploying{namespace="demo",project="logs",space="ops",service="kibana"} 0
# HELP alauda_service_instance_cpu_limit_cores CPU that each instance of the service may use, in cores (custom_instance_size.cpu, or what the settings say of instance_size).
# TYPE alauda_service_instance_cpu_limit_cores gauge
alauda_service_instance_cpu_limit_cores{namespace="demo",project="logs",space="ops",service="kibana"} 0.5
# HELP alauda_service_instance_memory_limit_bytes Memory that each instance of the service may use, in bytes (custom_instance_size.mem, MiB, or what the settings say of instance_size).
# TYPE alauda_service_instance_memory_limit_bytes gauge
alauda_service_instance_memory_limit_bytes{namespace="demo",project="logs",space="ops",service="kibana"} 536870912
# HELP alauda_service_autoscaling_min_instances Fewest instances that the autoscaler keeps, when it is on (autoscaling_config.minimum_num_instances).
# TYPE alauda_service_autoscaling_min_instances gauge
alauda_service_autoscaling_min_instances{namespace="demo",project="logs",space="ops",service="kibana"} 1
# HELP alauda_service_autoscaling_max_instances Most instances that the autoscaler starts, when it is on (autoscaling_config.maximum_num_instances).
# TYPE alauda_service_autoscaling_max_instances gauge
alauda_service_autoscaling_max_instances{namespace="demo",project="logs",space="ops",service="kibana"} 5
# HELP alauda_service_autoscaling_lower_threshold_ratio Utilization below which the autoscaler takes instances away, when it is on, as a ratio (autoscaling_config.lower_threshold).
# TYPE alauda_service_autoscaling_lower_threshold_ratio gauge
alauda_service_autoscaling_lower_threshold_ratio{namespace="demo",project="logs",space="ops",service="kibana"} 0.2
# HELP alauda_service_autoscaling_upper_threshold_ratio Utilization above which the autoscaler adds instances, when it is on, as a ratio (autoscaling_config.upper_threshold).
# TYPE alauda_service_autoscaling_upper_threshold_ratio gauge
alauda_service_autoscaling_upper_threshold_ratio{namespace="demo",project="logs",space="ops",service="kibana"} 0.8
# HELP alauda_service_created_timestamp_seconds When the service was created, in seconds since the epoch (created_at).
# TYPE alauda_service_created_timestamp_seconds gauge
alauda_service_created_timestamp_seconds{namespace="demo",project="logs",space="ops",service="kibana"} 1428918399.457
# HELP alauda_service_updated_timestamp_seconds When the service was last changed, in seconds since the epoch (updated_at).
# TYPE alauda_service_updated_timestamp_seconds gauge
alauda_service_updated_timestamp_seconds{namespace="demo",project="logs",space="ops",service="kibana"} 1433750000
# HELP alauda_service_started_timestamp_seconds When the service was last started, in seconds since the epoch (started_at).
# TYPE alauda_service_started_timestamp_seconds gauge
alauda_service_started_timestamp_seconds{namespace="demo",project="logs",space="ops",service="kibana"} 1433750001
# HELP alauda_service_stopped_timestamp_seconds When the service was last stopped, in seconds since the epoch (stopped_at).
# TYPE alauda_service_stopped_timestamp_seconds gauge
alauda_service_stopped_timestamp_seconds{namespace="demo",project="logs",space="ops",service="kibana"} 1433740000
# HELP alauda_service_last_redeployed_timestamp_seconds When the service was last redeployed, in seconds since the epoch (last_redeployed_at).
# TYPE alauda_service_last_redeployed_timestamp_seconds gauge
alauda_service_last_redeployed_timestamp_seconds{namespace="demo",project="logs",space="ops",service="kibana"} 1433750002
# HELP alauda_service_last_autoscaled_timestamp_seconds When the autoscaler last changed the service, in seconds since the epoch (last_autoscaled_at or last_autoscale_datetime).
# TYPE alauda_service_last_autoscaled_timestamp_seconds gauge
alauda_service_last_autoscaled_timestamp_seconds{namespace="demo",project="logs",space="ops",service="kibana"} 1433750003
# HELP alauda_service_info What the service is; always 1.
# TYPE alauda_service_info gauge
alauda_service_info{namespace="demo",project="logs",space="ops",service="kibana",uuid="0b7e",image="index.alauda.cn/demo/kibana",image_tag="4.1",instance_size="XS",scaling_mode="AUTO",region="BEIJING1"} 1
# HELP alauda_service_labels Labels that the service has on the cloud, those named in the settings; always 1 (labels).
# TYPE alauda_service_labels gauge
alauda_service_labels{namespace="demo",project="logs",space="ops",service="kibana",label_a="front"} 1
# HELP alauda_up Whether the last collection read the whole list of services, or a probe its service: 1 for yes, 0 for no.
# TYPE alauda_up gauge
alauda_up{namespace="demo"} 1
# HELP alauda_collection_duration_seconds How long the last collection took, in seconds.
# TYPE alauda_collection_duration_seconds gauge
alauda_collection_duration_seconds{namespace="demo"} 0.5
# HELP alauda_collection_interval_ratio Share of the interval that the last collection took: from 1 on, collections come later than they should.
# TYPE alauda_collection_interval_ratio gauge
alauda_collection_interval_ratio{namespace="demo"} 0.01
# HELP alauda_collection_timestamp_seconds When a collection last read the whole list of services, in seconds since the epoch.
# TYPE alauda_collection_timestamp_seconds gauge
alauda_collection_timestamp_seconds{namespace="demo"} 1433753100.5
# HELP alauda_collection_instances Instances by what the last collection got for them: ok, empty (the cloud has no values yet), gone (ended meanwhile) or failed. A service whose instances are not known counts as one that failed.
# TYPE alauda_collection_instances gauge
alauda_collection_instances{namespace="demo",outcome="ok"} 1
alauda_collection_instances{namespace="demo",outcome="empty"} 0
alauda_collection_instances{namespace="demo",outcome="gone"} 0
alauda_collection_instances{namespace="demo",outcome="failed"} 0
# HELP alauda_collection_failures_total Collections that could not read the whole list of services, by reason: auth, timeout, network, throttled (HTTP status 429), server (another HTTP error status), decode (an unexpected answer, or an incomplete list) or limit.
# TYPE alauda_collection_failures_total counter
alauda_collection_failures_total{namespace="demo",reason="auth"} 0
alauda_collection_failures_total{namespace="demo",reason="timeout"} 0
alauda_collection_failures_total{namespace="demo",reason="network"} 0
alauda_collection_failures_total{namespace="demo",reason="throttled"} 0
alauda_collection_failures_total{namespace="demo",reason="server"} 0
alauda_collection_failures_total{namespace="demo",reason="decode"} 0
alauda_collection_failures_total{namespace="demo",reason="limit"} 0
# HELP alauda_collection_unreadable_values Values that the last collection left out because they cannot be what the API calls them: text for a number, a counter below 0, a time in milliseconds. An instance or a service without a name counts as one. All points of the window are counted, not only those shown.
# TYPE alauda_collection_unreadable_values gauge
alauda_collection_unreadable_values{namespace="demo"} 0
# HELP alauda_collection_future_points Points of metrics that the last collection left out because their time has not come, by more than a minute.
# TYPE alauda_collection_future_points gauge
alauda_collection_future_points{namespace="demo"} 0
# HELP alauda_collection_left_out Objects that the last collection left out because of a bound: instances (more than the exporter may read) or name-length (a name or another label value is too long).
# TYPE alauda_collection_left_out gauge
alauda_collection_left_out{namespace="demo",bound="instances"} 0
alauda_collection_left_out{namespace="demo",bound="name-length"} 0
# HELP alauda_collection_duplicates Services and instances that the last collection left out because a newer one has the same labels.
# TYPE alauda_collection_duplicates gauge
alauda_collection_duplicates{namespace="demo"} 1
# HELP cpu_cumulative_usage CPU time that the instance has used since it started, in nanoseconds (cpu_cumulative_usage).
# TYPE cpu_cumulative_usage gauge
cpu_cumulative_usage{service="kibana",instance="kibana.0"} 310527696
# HELP cpu_utilization CPU utilization, in percent, as the API reports it (cpu_utilization). In its documented sample this is the mean since the container started, of one core, not the present load: for that, use rate(alauda_instance_cpu_usage_seconds_total).
# TYPE cpu_utilization gauge
cpu_utilization{service="kibana",instance="kibana.0"} 12.5
# HELP memory_usage Memory that the instance uses, in bytes (memory_usage).
# TYPE memory_usage gauge
memory_usage{service="kibana",instance="kibana.0"} 16072704
# HELP memory_utilization Share of its memory limit that the instance uses, in percent (memory_utilization).
# TYPE memory_utilization gauge
memory_utilization{service="kibana",instance="kibana.0"} 25
`
