package stream_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
	"yiju/layers/internal/stream"
)

var errRow = errors.New("row")

// fake gives n features of a size, then an error if it has one.
type fake struct {
	n, size, at int
	err         error
	closed      int
}

func (r *fake) Next() (geo.Feature, int, bool, error) {
	if r.closed > 0 {
		return geo.Feature{}, 0, false, errors.New("read after close")
	}
	if r.at == r.n {
		return geo.Feature{}, 0, false, r.err
	}
	r.at++
	return geo.Feature{ID: fmt.Sprint(r.at)}, r.size, true, nil
}

func (r *fake) Close() error { r.closed++; return nil }

func TestSequence(t *testing.T) {
	for name, c := range map[string]struct {
		rows      fake
		limit     int
		want      int
		wantErr   error
		closedAt1 bool // the rows are closed before the first feature comes out
	}{
		"none":             {fake{n: 0}, 0, 0, nil, false},
		"few":              {fake{n: 5}, 0, 5, nil, true},
		"a page":           {fake{n: 512}, 0, 512, nil, false},
		"pages":            {fake{n: 2000}, 0, 2000, nil, false},
		"limit":            {fake{n: 2000}, 7, 7, nil, true},
		"limit over pages": {fake{n: 2000}, 1500, 1500, nil, false},
		"limit not met":    {fake{n: 5}, 7, 5, nil, true},
		"limit met":        {fake{n: 7}, 7, 7, nil, true},
		"large features":   {fake{n: 5, size: 3 << 20}, 0, 5, nil, false},
		"error":            {fake{n: 5, err: errRow}, 0, 5, errRow, false},
		"error later":      {fake{n: 1000, err: errRow}, 0, 1000, errRow, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := 0, error(nil)
			for f, e := range stream.Sequence(t.Context(), c.limit, func() (stream.Rows, error) { return &c.rows, nil }) {
				if err = e; err != nil {
					continue
				}
				got++
				if f.ID != fmt.Sprint(got) {
					t.Fatalf("feature %d is %s", got, f.ID)
				}
				if got == 1 && (c.rows.closed > 0) != c.closedAt1 {
					t.Errorf("rows closed before the first feature: %v, want %v", c.rows.closed > 0, c.closedAt1)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" || !errors.Is(err, c.wantErr) {
				t.Errorf("error %v, want %v; features (-want +got):\n%s", err, c.wantErr, diff)
			}
			if c.rows.closed == 0 {
				t.Error("the rows were not closed")
			}
		})
	}
}

func TestSequenceTellsOfItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n, last := 0, error(nil)
	for _, err := range stream.Sequence(ctx, 0, func() (stream.Rows, error) { return &fake{n: 10, err: errRow}, nil }) {
		if n++; n == 3 {
			cancel()
		}
		last = err
	}
	if n != 4 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d steps, the last with %v; want 4 and context.Canceled", n, last)
	}
}
