package metric

import (
	"slices"
	"strings"

	"yiju/geo"
)

// field is an attribute that an answer rests on, as a person knows it.
type field struct{ name, zh, en string }

// question is what is asked of a feature. The answer is yes, no, or not known where
// an attribute is missing; fields are the attributes that it rests on.
type question struct {
	ask    func(*geo.Feature) (is, known bool)
	fields []field
}

// everyone is yes for all features.
func everyone() question {
	return question{ask: func(*geo.Feature) (bool, bool) { return true, true }}
}

// yes asks for an attribute that is yes or no.
func yes(name, zh, en string) question {
	return question{
		ask:    func(f *geo.Feature) (bool, bool) { return f.Bool(name) },
		fields: []field{{name, zh, en}},
	}
}

// oneOf asks whether a text is one of the values. An empty text is not known.
func oneOf(name, zh, en string, values ...string) question {
	return question{
		ask: func(f *geo.Feature) (bool, bool) {
			v, ok := textOf(f, name)
			return ok && slices.Contains(values, v), ok
		},
		fields: []field{{name, zh, en}},
	}
}

// textOf is a text that says something.
func textOf(f *geo.Feature, name string) (string, bool) {
	v, ok := f.Text(name)
	v = strings.TrimSpace(v)
	return v, ok && v != ""
}

// ofKind asks for the kind of a feature.
func ofKind(kinds ...string) question { return oneOf("kind", "类型", "the kind", kinds...) }

// ofCategory asks whether a facility is of one of the categories, each group/kind or
// a whole group.
func ofCategory(categories ...string) question {
	return question{
		ask: func(f *geo.Feature) (bool, bool) {
			v, ok := textOf(f, "category")
			return ok && slices.ContainsFunc(categories, func(c string) bool { return inCategory(v, c) }), ok
		},
		fields: []field{{"category", "类别", "the category"}},
	}
}

// inCategory tells whether a category such as sport/pitch is another one or in it.
func inCategory(category, of string) bool {
	return category == of || strings.HasPrefix(category, of+"/")
}

// atLeast asks whether a number is no smaller than another.
func atLeast(name, zh, en string, least float64) question {
	return question{
		ask: func(f *geo.Feature) (bool, bool) {
			v, ok := f.Number(name)
			return ok && v >= least, ok
		},
		fields: []field{{name, zh, en}},
	}
}

// all is yes where all are, and no where one is, whatever is not known of the others.
func all(questions ...question) question {
	return question{
		ask: func(f *geo.Feature) (is, known bool) {
			is, known = true, true
			for _, q := range questions {
				yes, sure := q.ask(f)
				if sure && !yes {
					return false, true
				}
				is, known = is && yes, known && sure
			}
			return is && known, known
		},
		fields: fieldsOf(questions),
	}
}

func fieldsOf(questions []question) []field {
	var out []field
	for _, q := range questions {
		out = append(out, q.fields...)
	}
	return out
}

// weight is how much a feature counts; not known where an attribute is missing.
type weight struct {
	of     func(*geo.Feature) (w float64, known bool)
	fields []field
}

// each counts every feature once.
func each() weight {
	return weight{of: func(*geo.Feature) (float64, bool) { return 1, true }}
}

// amountOf weighs by a number.
func amountOf(name, zh, en string) weight {
	return weight{
		of:     func(f *geo.Feature) (float64, bool) { return f.Number(name) },
		fields: []field{{name, zh, en}},
	}
}

// lacking counts, by attribute, the features of a layer that lack one that matters.
type lacking struct {
	layer  string
	fields []field // in the order in which they were first missed
	counts []int
}

// note counts the attributes among fields that the feature does not have.
func (l *lacking) note(f *geo.Feature, fields ...field) {
	for _, a := range fields {
		if v := f.Attributes[a.name]; v != nil && v != "" {
			continue
		}
		i := slices.IndexFunc(l.fields, func(b field) bool { return b.name == a.name })
		if i < 0 {
			i = len(l.fields)
			l.fields, l.counts = append(l.fields, a), append(l.counts, 0)
		}
		l.counts[i]++
	}
}
