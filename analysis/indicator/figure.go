package indicator

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Figure is a number of a profile: stated, taken from a parameter, or not known.
// The zero Figure is no number at all.
type Figure struct {
	Value *float64 `json:"value,omitempty"`
	// Parameter is the id of the parameter that gives the number; it is then not
	// from the standard.
	Parameter string `json:"parameter,omitempty"`
	// Unknown tells that there is a number which could not be found.
	Unknown bool `json:"unknown,omitempty"`
}

// Given tells whether the requirement compares with anything.
func (f Figure) Given() bool { return f.Value != nil || f.Parameter != "" || f.Unknown }

// UnmarshalYAML reads a number, the word unknown, or {parameter: id}.
func (f *Figure) UnmarshalYAML(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "unknown":
		f.Unknown = true
		return nil
	case n.Kind == yaml.ScalarNode:
		return n.Decode(&f.Value)
	}
	id, err := parameterOf(n)
	f.Parameter = id
	return err
}

// Param is a parameter of a metric: a number, words, or taken from a parameter of
// the profile.
type Param struct {
	Number    *float64 `json:"number,omitempty"`
	Words     []string `json:"words,omitempty"`
	Parameter string   `json:"parameter,omitempty"`
}

// UnmarshalYAML reads a number, a word, a list of words, or {parameter: id}.
func (p *Param) UnmarshalYAML(n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!int" || n.Tag == "!!float" {
			return n.Decode(&p.Number)
		}
		p.Words = []string{n.Value}
		return nil
	case yaml.SequenceNode:
		return n.Decode(&p.Words)
	}
	id, err := parameterOf(n)
	p.Parameter = id
	return err
}

func parameterOf(n *yaml.Node) (string, error) {
	var of struct {
		Parameter string `yaml:"parameter"`
	}
	if err := n.Decode(&of); err != nil || of.Parameter == "" || len(n.Content) != 2 {
		return "", fmt.Errorf("line %d: give a number or {parameter: id}", n.Line)
	}
	return of.Parameter, nil
}

// Parameter finds a parameter of the profile.
func (p *Profile) Parameter(id string) (Parameter, bool) {
	i := slices.IndexFunc(p.Parameters, func(x Parameter) bool { return x.ID == id })
	if i < 0 {
		return Parameter{}, false
	}
	return p.Parameters[i], true
}

// Number resolves a figure; nil where it is not known.
func (p *Profile) Number(f Figure) *float64 {
	if f.Parameter != "" {
		parameter, _ := p.Parameter(f.Parameter)
		return parameter.Value
	}
	return f.Value
}

// Params are the parameters of a metric, resolved.
type Params struct {
	Numbers map[string]float64  `json:"numbers,omitempty"`
	Words   map[string][]string `json:"words,omitempty"`
}

// Number gives a parameter; false where it is not set.
func (p Params) Number(name string) (float64, bool) {
	v, ok := p.Numbers[name]
	return v, ok
}

// Resolve looks the parameters of a requirement up in the profile. Parameters of
// the profile that have no value are left out.
func (p *Profile) Resolve(params map[string]Param) Params {
	var out Params
	number := func(name string, v *float64) {
		if v == nil {
			return
		}
		if out.Numbers == nil {
			out.Numbers = make(map[string]float64)
		}
		out.Numbers[name] = *v
	}
	for name, param := range params {
		switch {
		case param.Parameter != "":
			parameter, _ := p.Parameter(param.Parameter)
			number(name, parameter.Value)
		case param.Number != nil:
			number(name, param.Number)
		default:
			if out.Words == nil {
				out.Words = make(map[string][]string)
			}
			out.Words[name] = slices.Clone(param.Words)
		}
	}
	return out
}
