// Package stream turns rows of a database into a sequence of features. It reads
// ahead by a page, so that a short sequence has given its connection back before
// the first feature is handed out, and whoever reads a store while reading it
// does not wait for themselves.
package stream

import (
	"context"
	"iter"

	"yiju/geo"
)

// A page ends after so many features or bytes, whichever comes first.
const (
	pageFeatures = 512
	pageBytes    = 4 << 20
)

// Rows gives features one after another.
type Rows interface {
	// Next gives the next feature and about how many bytes it takes. ok is false
	// at the end.
	Next() (f geo.Feature, bytes int, ok bool, err error)
	// Close gives back what the rows hold. It may be called again.
	Close() error
}

// Sequence makes a sequence of what open gives, up to limit features when limit
// is above 0. It ends after the first error; when ctx has ended, that is ctx's.
func Sequence(ctx context.Context, limit int, open func() (Rows, error)) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		fail := func(err error) {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			yield(geo.Feature{}, err)
		}
		if err := ctx.Err(); err != nil {
			fail(err)
			return
		}
		rows, err := open()
		if err != nil {
			fail(err)
			return
		}
		p := pager{rows: rows, left: limit}
		defer func() { _ = rows.Close() }() // fill has told what went wrong at the end
		for !p.ended {
			err := p.fill()
			for i := range p.page {
				if ctx.Err() != nil {
					fail(ctx.Err())
					return
				}
				if !yield(p.page[i], nil) {
					return
				}
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				fail(err)
				return
			}
		}
	}
}

// pager reads pages. left counts down from the limit; at 0 there is none.
type pager struct {
	rows  Rows
	page  []geo.Feature
	left  int
	ended bool
}

// fill reads the next page, and closes the rows at their end.
func (p *pager) fill() error {
	p.page = p.page[:0]
	for bytes := 0; len(p.page) < pageFeatures && bytes < pageBytes; {
		f, n, ok, err := p.rows.Next()
		if err != nil {
			return err
		}
		if !ok {
			p.ended = true
			return p.rows.Close()
		}
		bytes += n
		p.page = append(p.page, f)
		if p.left--; p.left == 0 {
			p.ended = true
			return p.rows.Close()
		}
	}
	return nil
}
