// Renders a Helm chart as `helm template` does, as far as this repository's chart needs it: with the two libraries that Helm
// itself renders with, Go's text/template and Sprig. For machines where there is no Helm.
//
// Standard input: {"chart": DIR, "name": RELEASE, "namespace": NAMESPACE, "values": {…}}
// Standard output: {"templates/deployment.yaml": TEXT, …}
package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

// The chart's files by path, as templates see them.
type files map[string]string

func (f files) Get(name string) string { return f[name] }

func (f files) Glob(pattern string) files {
	found := files{}
	for name, content := range f {
		if matches, _ := path.Match(pattern, name); matches {
			found[name] = content
		}
	}
	return found
}

func main() {
	log.SetFlags(0)
	var request struct {
		Chart, Name, Namespace string
		Values                 object
	}
	check(json.NewDecoder(os.Stdin).Decode(&request))
	all := read(request.Chart)
	metadata, values := object{}, object{}
	check(yaml.Unmarshal([]byte(all["Chart.yaml"]), &metadata))
	check(yaml.Unmarshal([]byte(all["values.yaml"]), &values))
	chartName := metadata["name"].(string)
	// As fields of Go structs, their names begin with capitals in Helm.
	chart := object{}
	for key, value := range metadata {
		chart[strings.ToUpper(key[:1])+key[1:]] = value
	}

	templates := parse(all, chartName)
	rendered := map[string]string{}
	for name := range all {
		if !isTemplate(name) || strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		var text strings.Builder
		check(templates.ExecuteTemplate(&text, path.Join(chartName, name), object{
			"Chart":  chart,
			"Files":  all,
			"Values": merge(values, request.Values),
			"Release": object{
				"Name": request.Name, "Namespace": request.Namespace, "Service": "Helm",
				"Revision": 1, "IsInstall": true, "IsUpgrade": false,
			},
			"Template": object{"Name": path.Join(chartName, name), "BasePath": path.Join(chartName, "templates")},
		}))
		rendered[name] = strings.ReplaceAll(text.String(), "<no value>", "")
	}
	check(json.NewEncoder(os.Stdout).Encode(rendered))
}

func read(chart string) files {
	all := files{}
	check(filepath.WalkDir(chart, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(chart, file)
		check(err)
		content, err := os.ReadFile(file)
		all[filepath.ToSlash(name)] = string(content)
		return err
	}))
	return all
}

func isTemplate(name string) bool { return strings.HasPrefix(name, "templates/") }

func parse(all files, chartName string) *template.Template {
	root := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	functions["fromYaml"] = func(text string) (object, error) {
		value := object{}
		return value, yaml.Unmarshal([]byte(text), &value)
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	root.Funcs(functions)
	for name, content := range all {
		if isTemplate(name) {
			template.Must(root.New(path.Join(chartName, name)).Parse(content))
		}
	}
	return root
}

// The chart's values with those of the user over them: maps are merged, and null takes a value away.
func merge(values, over object) object {
	merged := object{}
	for key, value := range values {
		merged[key] = value
	}
	for key, value := range over {
		below, isMapBelow := merged[key].(object)
		above, isMapAbove := value.(object)
		switch {
		case value == nil:
			delete(merged, key)
		case isMapBelow && isMapAbove:
			merged[key] = merge(below, above)
		default:
			merged[key] = value
		}
	}
	return merged
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
