package tiles

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"yiju/geo"
)

// drawing is one layer of one tile in the making.
type drawing struct {
	coord  Coord
	source *Layer
	o      *Options
	shape  shaper
	write  layerWriter

	items    []item
	geometry []byte // of all items, one after the other
	layer    []byte // the finished layer, with its key and length

	drawn, dropped, vanished, faulty int
}

// item is a feature's geometry of one kind.
type item struct {
	feature  *geo.Feature
	from, to int // in drawing.geometry
	weight   float64
	kind     kind
}

// drawings keeps finished drawings for their buffers.
var drawings = sync.Pool{New: func() any { return new(drawing) }}

func newDrawing(c Coord, f *frame, source *Layer, o *Options) *drawing {
	d := drawings.Get().(*drawing)
	d.coord, d.source, d.o = c, source, o
	d.shape.aim(c, f, o)
	return d
}

// maxKept bounds the buffers that are kept for the next tile.
const maxKept = 8 << 20

func (d *drawing) release() {
	clear(d.items)
	if cap(d.geometry)+cap(d.layer)+d.shape.size() > maxKept {
		return
	}
	d.write.forget()
	d.items, d.geometry, d.layer = d.items[:0], d.geometry[:0], d.layer[:0]
	d.drawn, d.dropped, d.vanished, d.faulty = 0, 0, 0, 0
	d.source, d.o = nil, nil
	drawings.Put(d)
}

// collect draws the geometry of all features in the tile and sorts them by id.
func (d *drawing) collect(ctx context.Context) error {
	const checkEvery = 256
	seen := 0
	err := d.source.Each(ctx, d.coord.grown(float64(d.o.buffer()+1)), func(f *geo.Feature) bool {
		if seen++; seen%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		d.add(f)
		return true
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	d.sort()
	return nil
}

func (d *drawing) add(f *geo.Feature) {
	have := kinds(f.Geometry)
	if have == 0 {
		return
	}
	before := len(d.items)
	isBad := false
	for k := areaKind; k > noKind; k-- {
		if have>>k&1 == 0 {
			continue
		}
		from := len(d.geometry)
		var what outcome
		d.geometry, what = d.shape.draw(d.geometry, f.Geometry, k)
		switch what {
		case isDrawn:
			d.items = append(d.items, item{feature: f, kind: k, from: from, to: len(d.geometry)})
		case isFaulty:
			isBad = true
		}
	}
	switch {
	case isBad:
		d.items = d.items[:before]
		d.faulty++
	case len(d.items) == before:
		d.vanished++
	}
	if most := pruneFactor * d.o.MaxFeatures; len(d.items) >= 2*most {
		d.prune(most)
	}
}

// sort puts items in the order of ids, areas before lines before points. An id
// that comes twice is drawn once.
func (d *drawing) sort() {
	byID := func(a, b item) int {
		return cmp.Or(strings.Compare(a.feature.ID, b.feature.ID), -cmp.Compare(a.kind, b.kind))
	}
	if !slices.IsSortedFunc(d.items, byID) {
		slices.SortFunc(d.items, func(a, b item) int {
			return cmp.Or(byID(a, b), bytes.Compare(d.geometry[a.from:a.to], d.geometry[b.from:b.to]))
		})
	}
	d.items = slices.CompactFunc(d.items, func(a, b item) bool { return byID(a, b) == 0 })
}
