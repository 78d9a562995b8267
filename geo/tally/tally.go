// Package tally counts what a reader met on its way, by kind, with the first
// examples in the file's own terms. It is how an import tells of a thousand
// broken things in a few lines.
package tally

import "yiju/geo"

// MaxExamples bounds the examples kept for each kind.
const MaxExamples = 10

// Entry is one kind of thing that happened.
type Entry struct {
	// Code is stable text for programs, such as "missing_node".
	Code string `json:"code"`
	// Text says what happened, for people.
	Text  geo.Text `json:"text"`
	Count int      `json:"count"`
	// Examples name the first features, lines or values concerned.
	Examples []string `json:"examples,omitempty"`
}

// List holds entries in the order in which they first happened. The zero List is
// empty and ready.
type List struct {
	entries []Entry
	at      map[string]int
}

// Add counts one more of a code. The text of the first Add of a code stays; an
// empty example is not kept, nor one that is there already.
func (l *List) Add(code string, text geo.Text, example string) { l.AddN(code, text, 1, example) }

// AddN counts n more of a code.
func (l *List) AddN(code string, text geo.Text, n int, examples ...string) {
	if n <= 0 {
		return
	}
	i, ok := l.at[code]
	if !ok {
		if l.at == nil {
			l.at = make(map[string]int)
		}
		i = len(l.entries)
		l.at[code] = i
		l.entries = append(l.entries, Entry{Code: code, Text: text})
	}
	e := &l.entries[i]
	e.Count += n
	for _, example := range examples {
		if example == "" || len(e.Examples) >= MaxExamples || contains(e.Examples, example) {
			continue
		}
		e.Examples = append(e.Examples, example)
	}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// Merge adds all of another list.
func (l *List) Merge(o *List) {
	for _, e := range o.entries {
		l.AddN(e.Code, e.Text, e.Count, e.Examples...)
	}
}

// Count is how often a code happened.
func (l *List) Count(code string) int {
	if i, ok := l.at[code]; ok {
		return l.entries[i].Count
	}
	return 0
}

// Entries lists a copy of the entries.
func (l *List) Entries() []Entry {
	out := make([]Entry, len(l.entries))
	for i, e := range l.entries {
		e.Examples = append([]string(nil), e.Examples...)
		out[i] = e
	}
	return out
}
