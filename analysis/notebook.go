package analysis

import (
	"cmp"
	"maps"
	"slices"

	"yiju/geo"
)

// Notebook collects notes, one for each code. The zero value names 20 features in
// each.
type Notebook struct {
	// MaxIDs bounds the ids that a note names; its Count tells how many there are.
	MaxIDs int

	notes []Note
	at    map[string]int
}

// maxNoteIDs is how many features a note names unless a notebook says otherwise.
const maxNoteIDs = 20

// Add counts one more feature of a note. id is empty for a note that is about none.
func (b *Notebook) Add(code string, text geo.Text, layer, id string) {
	n := b.note(code, text, layer)
	if id == "" {
		return
	}
	n.Count++
	if len(n.IDs) < cmp.Or(b.MaxIDs, maxNoteIDs) && !slices.Contains(n.IDs, id) {
		n.IDs = append(n.IDs, id)
	}
}

// Count counts one more case of a note that has no id.
func (b *Notebook) Count(code string, text geo.Text, layer string) {
	b.note(code, text, layer).Count++
}

func (b *Notebook) note(code string, text geo.Text, layer string) *Note {
	i, ok := b.at[code]
	if !ok {
		if b.at == nil {
			b.at = make(map[string]int)
		}
		i = len(b.notes)
		b.at[code] = i
		b.notes = append(b.notes, Note{Code: code, Text: text, Layer: layer})
	}
	return &b.notes[i]
}

// Clone gives a notebook that goes on from here on its own.
func (b *Notebook) Clone() Notebook {
	out := Notebook{MaxIDs: b.MaxIDs, notes: slices.Clone(b.notes), at: maps.Clone(b.at)}
	for i := range out.notes {
		out.notes[i].IDs = slices.Clone(out.notes[i].IDs)
	}
	return out
}

// Sorted gives a copy of the notes ordered by code.
func (b *Notebook) Sorted() []Note {
	out := slices.Clone(b.notes)
	slices.SortFunc(out, func(x, y Note) int { return cmp.Compare(x.Code, y.Code) })
	return out
}
