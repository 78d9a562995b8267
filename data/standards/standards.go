// Package standards holds what is agreed outside the program, as data: the
// categories of facilities, how tags of OpenStreetMap become features, and how
// attributes are called in other people's tables.
package standards

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"yiju/geo"
)

//go:embed categories.yaml
var categories []byte

//go:embed osm_mapping.yaml
var osmMapping []byte

//go:embed aliases.yaml
var aliases []byte

// Group is the first level of the facility categories.
type Group struct {
	Code  string   `yaml:"code"`
	Title geo.Text `yaml:"title"`
	Kinds []Kind   `yaml:"kinds"`
}

// Kind is the second level.
type Kind struct {
	Code  string   `yaml:"code"`
	Title geo.Text `yaml:"title"`
	// OSM lists conditions on tags; an object that meets one of them is of the kind.
	OSM []string `yaml:"osm"`
}

// Groups lists the facility categories in the order in which a person would read
// them. Each call gives a fresh list.
func Groups() ([]Group, error) {
	var file struct {
		Groups []Group `yaml:"groups"`
	}
	if err := decode("categories.yaml", categories, &file); err != nil {
		return nil, err
	}
	if err := checkGroups(file.Groups); err != nil {
		return nil, fmt.Errorf("standards: categories.yaml: %w", err)
	}
	return file.Groups, nil
}

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func checkGroups(groups []Group) error {
	var seen []string
	for _, g := range groups {
		if err := checkEntry(g.Code, g.Title); err != nil {
			return err
		}
		for _, k := range g.Kinds {
			if err := checkEntry(k.Code, k.Title); err != nil {
				return fmt.Errorf("%s: %w", g.Code, err)
			}
			code := g.Code + "/" + k.Code
			if slices.Contains(seen, code) {
				return fmt.Errorf("%s is there twice", code)
			}
			seen = append(seen, code)
		}
	}
	if len(seen) == 0 {
		return fmt.Errorf("there is no category")
	}
	return nil
}

func checkEntry(code string, title geo.Text) error {
	if !codePattern.MatchString(code) {
		return fmt.Errorf("%q is not a code", code)
	}
	if title.ZH == "" || title.EN == "" {
		return fmt.Errorf("%q has no name in one of the languages", code)
	}
	return nil
}

// CategoryTitle names a category such as "sport/pitch", or a group such as
// "sport", in both languages; false when there is none.
func CategoryTitle(groups []Group, code string) (geo.Text, bool) {
	for _, g := range groups {
		if g.Code == code {
			return g.Title, true
		}
		for _, k := range g.Kinds {
			if g.Code+"/"+k.Code == code {
				return k.Title, true
			}
		}
	}
	return geo.Text{}, false
}

// OSMMapping is the file that says how tags of OpenStreetMap become features, for
// the reader of that format.
func OSMMapping() []byte { return bytes.Clone(osmMapping) }

// Aliases says how attributes and values are written in other people's tables.
type Aliases struct {
	// Any lists other names by attribute.
	Any map[string][]string `yaml:"any"`
	// ID lists the names of an id, the best first.
	ID      []string `yaml:"id"`
	Unknown []string `yaml:"unknown"`
	Yes     []string `yaml:"yes"`
	No      []string `yaml:"no"`
	// Units lists what may follow a number, by the unit of the attribute.
	Units    map[string][]string `yaml:"units"`
	Prefixes []string            `yaml:"prefixes"`
	// Usual is the range that the middle value of an attribute usually lies in;
	// another unit is likely outside of it.
	Usual map[string][2]float64 `yaml:"usual"`
	// Words lists other words by attribute and code.
	Words map[string]map[string][]string `yaml:"words"`
}

// LoadAliases reads the aliases. Each call gives a fresh copy.
func LoadAliases() (*Aliases, error) {
	var a Aliases
	if err := decode("aliases.yaml", aliases, &a); err != nil {
		return nil, err
	}
	return &a, nil
}

func decode(name string, data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("standards: %s: %w", name, err)
	}
	return nil
}
