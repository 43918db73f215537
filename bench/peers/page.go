// A page of client_golang by promhttp: a gauge for each metric of a page, and the same series. With -serve it answers over HTTP, with
// the series of the process too; else it measures itself.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

var (
	page     = flag.String("page", "", "the page whose series to show")
	warm     = flag.Int("warm", 1, "pages before measuring")
	measured = flag.Int("measured", 1, "pages to measure")
	serve    = flag.Bool("serve", false, "answer over HTTP")
)

type series struct {
	gauge  *prometheus.GaugeVec
	labels prometheus.Labels
	value  float64
}

func valueOf(metric *dto.Metric) float64 {
	if metric.Counter != nil {
		return metric.Counter.GetValue()
	}
	return metric.Gauge.GetValue()
}

func seriesOf(registry *prometheus.Registry) (all []series) {
	file, err := os.Open(*page)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var parser expfmt.TextParser
	families, err := parser.TextToMetricFamilies(file)
	if err != nil {
		log.Fatal(err)
	}
	for name, family := range families {
		var names []string
		for _, label := range family.Metric[0].Label {
			names = append(names, label.GetName())
		}
		gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: family.GetHelp()}, names)
		registry.MustRegister(gauge)
		for _, metric := range family.Metric {
			labels := prometheus.Labels{}
			for _, label := range metric.Label {
				labels[label.GetName()] = label.GetValue()
			}
			all = append(all, series{gauge, labels, valueOf(metric)})
		}
	}
	return all
}

func listen(registry *prometheus.Registry, all []series) {
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, one := range all {
		one.gauge.With(one.labels).Set(one.value)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Open http://%s/\n", listener.Addr())
	log.Fatal(http.Serve(listener, promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
}

func cpuOf(work func()) float64 {
	before := usage()
	work()
	after := usage()
	millis := func(t syscall.Timeval) float64 { return float64(t.Sec)*1e3 + float64(t.Usec)/1e3 }
	return millis(after.Utime) + millis(after.Stime) - millis(before.Utime) - millis(before.Stime)
}

func usage() (used syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return used
}

// To a client that throws the page away: what is measured is its making.
type nobody struct{ header http.Header }

func (n nobody) Header() http.Header             { return n.header }
func (n nobody) WriteHeader(int)                 {}
func (n nobody) Write(chunk []byte) (int, error) { return len(chunk), nil }

func main() {
	flag.Parse()
	registry := prometheus.NewRegistry()
	all := seriesOf(registry)
	if *serve {
		listen(registry, all)
	}
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
	request := httptest.NewRequest("GET", "/metrics", nil)
	var keepCPU, renderCPU float64
	for time := 0; time < *warm+*measured; time++ {
		kept := cpuOf(func() {
			for _, one := range all {
				one.gauge.With(one.labels).Set(one.value + float64(time))
			}
		})
		rendered := cpuOf(func() {
			handler.ServeHTTP(nobody{http.Header{}}, request)
		})
		if time >= *warm {
			keepCPU += kept
			renderCPU += rendered
		}
	}
	pages := float64(*measured)
	fmt.Printf(`{"render":%f,"keepAndRender":%f,"peak":%f}`+"\n",
		renderCPU/pages, (keepCPU+renderCPU)/pages, float64(usage().Maxrss)*1024/1e6)
}
