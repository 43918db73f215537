// The whole way in Go: net/http with open connections, encoding/json, gauges of client_golang, promhttp.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var (
	url         = flag.String("url", "", "the API")
	namespace   = flag.String("namespace", "", "whose services")
	concurrency = flag.Int("concurrency", 64, "calls at a time")
	instances   = flag.Int("instances", 0, "how many instances are expected")
	warm        = flag.Int("warm", 1, "collections before measuring")
	measured    = flag.Int("measured", 1, "collections to measure")
)

type service struct {
	Name      string `json:"service_name"`
	Instances []struct {
		UUID string `json:"uuid"`
		Name string `json:"instance_name"`
	} `json:"instances"`
}

type instance struct{ service, uuid, name string }

var (
	registry    = prometheus.NewRegistry()
	gauges      = map[string]*prometheus.GaugeVec{}
	pageRequest = httptest.NewRequest("GET", "/metrics", nil)
	handler     = promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
)

func call(method, path, token string, body string, answer any) {
	request, err := http.NewRequest(method, *url+path, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Token "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		log.Fatal(err)
	}
}

func read(one instance, token string) {
	end := time.Now().Unix()
	var metrics struct {
		Columns []string
		Points  [][]float64
	}
	path := fmt.Sprintf("services/%s/%s/instances/%s/metrics?start_time=%d&end_time=%d&point_per_period=1m",
		*namespace, one.service, one.uuid, end-300, end)
	call("GET", path, token, "", &metrics)
	newest := metrics.Points[len(metrics.Points)-1]
	for index, column := range metrics.Columns {
		if gauge, ok := gauges[column]; ok {
			gauge.WithLabelValues(*namespace, one.service, one.name).Set(newest[index])
		}
	}
}

func collect() {
	var login struct{ Token string }
	call("POST", "generate-api-token/", "", `{"username":"demo","password":"demo"}`, &login)
	work := make(chan instance)
	var workers sync.WaitGroup
	for worker := 0; worker < *concurrency; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for one := range work {
				read(one, login.Token)
			}
		}()
	}
	for page, seen, count := 1, 0, 1; seen < count; page++ {
		var list struct {
			Count   int
			Results []service
		}
		call("GET", fmt.Sprintf("services/%s/?page=%d", *namespace, page), login.Token, "", &list)
		for _, service := range list.Results {
			for _, one := range service.Instances {
				work <- instance{service.Name, one.UUID, one.Name}
			}
		}
		seen, count = seen+len(list.Results), list.Count
	}
	close(work)
	workers.Wait()
	handler.ServeHTTP(nobody{http.Header{}}, pageRequest)
}

// A client that throws the page away.
type nobody struct{ header http.Header }

func (n nobody) Header() http.Header             { return n.header }
func (n nobody) WriteHeader(int)                 {}
func (n nobody) Write(chunk []byte) (int, error) { return len(chunk), nil }

func usage() (used syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return used
}

func micros(after, before syscall.Rusage) float64 {
	of := func(t syscall.Timeval) float64 { return float64(t.Sec)*1e6 + float64(t.Usec) }
	return of(after.Utime) + of(after.Stime) - of(before.Utime) - of(before.Stime)
}

func main() {
	flag.Parse()
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = *concurrency
	columns := []string{"cpu_cumulative_usage", "cpu_utilization", "memory_usage", "memory_utilization",
		"rx_bytes", "rx_errors", "tx_bytes", "tx_errors"}
	for _, column := range columns {
		gauges[column] = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: column, Help: "The column " + column + "."},
			[]string{"namespace", "service", "instance"})
		registry.MustRegister(gauges[column])
	}
	for i := 0; i < *warm; i++ {
		collect()
	}
	before := usage()
	for i := 0; i < *measured; i++ {
		collect()
	}
	after := usage()
	page := httptest.NewRecorder()
	handler.ServeHTTP(page, pageRequest)
	if shown := strings.Count(page.Body.String(), "\nmemory_usage{"); shown != *instances {
		log.Fatalf("the page shows %d instances, expected %d", shown, *instances)
	}
	fmt.Printf(`{"cpuPerInstance":%f,"peak":%f}`+"\n",
		micros(after, before)/float64(*measured)/float64(*instances), float64(after.Maxrss)*1024/1e6)
}
