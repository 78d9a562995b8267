// Package layers holds what a workspace is made of: the schemas of the layers,
// and the contract of the stores that keep them. Stores live in sub-packages, one
// technology each; package layerstest holds the rules that all of them keep.
package layers

import (
	"context"
	"fmt"
	"iter"
	"time"

	"yiju/geo"
)

// Revision numbers the batches applied to a workspace, from 1. Zero stands for
// the newest.
type Revision int64

// Reader gives out layers and their features. Methods may be called by several
// goroutines at once.
type Reader interface {
	// Layers lists the layers that exist, ordered by name.
	Layers(ctx context.Context) ([]Info, error)
	// Features gives the features of a layer that q asks for, ordered by id byte
	// by byte. Features belong to the caller, who may change them. The sequence
	// ends after the first error. All features of one sequence are of one
	// revision, whatever is written meanwhile. An unknown layer gives a
	// *NoLayerError, a revision that is not there a *NoRevisionError.
	//
	// A long sequence holds a connection until it ends or the loop is left: read
	// it in one go, and do not open further sequences for each of its features.
	Features(ctx context.Context, layer string, q Query) iter.Seq2[geo.Feature, error]
}

// Store is a Reader that can be written to.
//
// A store keeps a feature to the last bit, in one form: attributes that are nil
// are left out; numbers of a Real field are float64; a negative zero among the
// attributes is zero; rings and bounds are polygons; maps, slices and geometries
// that are nil or hold nothing come back as nil, but an empty geometry that is not
// nil stays what it is. Numbers of Extra keep their type, int64 or float64.
type Store interface {
	Reader
	// Apply writes a batch as one new revision, wholly or not at all. A feature
	// that breaks its schema gives an *InvalidError, an edit on an outdated
	// version a *ConflictError; both name everything that is wrong, up to a bound.
	// A layer that is neither there nor declared gives a *NoLayerError, and what
	// Define or Drop may not do a *geo.Fault. A batch that holds nothing still
	// makes a revision.
	Apply(ctx context.Context, b Batch) (Revision, error)
	// Changes lists the revisions after since, oldest first, with what each
	// touched: every layer that the batch names, with net counts by feature.
	Changes(ctx context.Context, since Revision) ([]Change, error)
	Close() error
}

// Notifier is a Store that can tell of new revisions as they come, also of those
// written by other processes. The channel is closed when ctx ends. A slow reader
// misses numbers, never the newest.
type Notifier interface {
	Notify(ctx context.Context) (<-chan Revision, error)
}

// Numbered is a Store that can tell its newest revision at little cost, so that
// a cache may ask before every read. An empty store is at revision 0.
type Numbered interface {
	Newest(ctx context.Context) (Revision, error)
}

// Info describes a layer at the newest revision.
type Info struct {
	Schema geo.Schema
	Count  int
	// Extent in degrees; empty when no feature has a place.
	Extent geo.Extent
	// Changed is the revision that last touched the layer.
	Changed Revision
}

// Query selects features. The zero Query selects all of them as they are now.
type Query struct {
	// Extent in degrees: features whose own extent touches it, edges included.
	// Nil selects everything, also features without a place.
	Extent *geo.Extent
	// IDs selects by id; nil selects all. Ids that do not exist give nothing.
	IDs []string
	// After selects ids that sort after it, to go on where a page ended.
	After string
	// Limit bounds the number of features; 0 is no bound.
	Limit int
	// At pins the read to a revision; 0 is the newest. Layers of kind Result
	// have no history: they are always read as they are.
	At Revision
}

// Batch is what one Apply writes: it drops, then defines, then clears, then edits.
//
// A layer that Schemas declares needs no definition: it comes into being when a
// batch first clears or edits it, and gains fields that the product has come to
// declare since.
type Batch struct {
	Author string
	Reason string
	// Define creates layers, or gives existing ones a new schema. Redefining may
	// add fields and shapes; it may take them away, retype a field or change the
	// kind only in a layer that the same batch clears. Bounds and codes may change
	// freely: they are held against what is written from then on.
	Define []geo.Schema
	// Clear empties layers before the edits; their features are deleted.
	Clear []string
	// Drop takes layers away, with their features. Only Result and Custom layers
	// can be dropped, and the drop is not part of their history: older revisions
	// do not hold them either, nor does a layer defined later under the name.
	Drop []string
	// Edits are applied in order; each sees what those before it did.
	Edits []Edit
}

// Op is what an edit does.
type Op string

// The operations.
const (
	Add    Op = "add"    // the id must be free
	Update Op = "update" // the id must exist; the whole feature is replaced
	Put    Op = "put"    // Add or Update, as it fits
	Delete Op = "delete" // the id must exist
)

// Edit is one step of a batch.
type Edit struct {
	Layer   string
	Op      Op
	Feature geo.Feature // for Delete, the ID is enough
	// Seen is the version of the feature that the author saw. When it is not 0
	// and the version stored before the batch differs, or nothing was stored, the
	// batch is refused. Several edits of one feature may carry the same Seen.
	Seen int64
}

// Change tells what one revision touched.
type Change struct {
	Revision Revision
	Author   string
	Reason   string
	At       time.Time
	Layers   []LayerChange // ordered by name
}

// LayerChange is what a revision touched in one layer.
type LayerChange struct {
	Layer                   string
	Added, Updated, Deleted int
	// Extent, in degrees, holds the old and the new places of all that was
	// touched. Empty when nothing had a place.
	Extent geo.Extent
}

// NoLayerError tells that a layer does not exist.
type NoLayerError struct{ Layer string }

func (e *NoLayerError) Error() string { return fmt.Sprintf("there is no layer %q", e.Layer) }

// NoRevisionError tells that a revision was never written.
type NoRevisionError struct{ Asked, Newest Revision }

func (e *NoRevisionError) Error() string {
	return fmt.Sprintf("there is no revision %d; the newest is %d", e.Asked, e.Newest)
}

// InvalidError lists the features of a batch that break their schema.
type InvalidError struct {
	Problems []geo.Problem // the first MaxProblems
	Total    int           // how many there are
}

// MaxProblems bounds the problems that an error lists.
const MaxProblems = 20

func (e *InvalidError) Error() string {
	s := fmt.Sprintf("%d problems in the batch", e.Total)
	for _, p := range e.Problems {
		s += "\n  " + p.String()
	}
	return s
}

// Conflict is one edit that cannot be applied. Theirs is what the store holds;
// nil when it holds nothing under that id.
type Conflict struct {
	Layer  string
	Op     Op
	Yours  geo.Feature
	Seen   int64
	Theirs *geo.Feature
}

// ConflictError lists edits that met another state than their author saw.
type ConflictError struct {
	Conflicts []Conflict // the first MaxProblems
	Total     int
}

func (e *ConflictError) Error() string {
	s := fmt.Sprintf("%d edits conflict with the store", e.Total)
	for _, c := range e.Conflicts {
		theirs := "nothing"
		if c.Theirs != nil {
			theirs = fmt.Sprintf("version %d", c.Theirs.Version)
		}
		s += fmt.Sprintf("\n  %s/%s: %s saw version %d, the store holds %s", c.Layer, c.Yours.ID, c.Op, c.Seen, theirs)
	}
	return s
}
