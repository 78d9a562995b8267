package gpkg

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"yiju/geo"
)

// An R-tree of SQLite keeps its nodes in a table of its own. A tree that is packed
// here and written there is made many times faster than by adding rows one by
// one, and is faster to search. The form of a node, all big-endian (SQLite
// documentation, "The SQLite R*Tree Module", shadow tables): two bytes of depth,
// which count in the root only; two bytes of the number of cells; then the cells,
// each an id of eight bytes and minx, maxx, miny, maxy as 32-bit floats. Node 1 is
// the root.
const (
	nodeHead  = 4
	cellBytes = 24
	// fill is how full packed nodes are, in percent: rows may be added later.
	fill = 90
)

// cell is an entry of a node: a row, or a node below. Its box holds the true one.
type cell struct {
	id   int64
	mins [2]float32
	maxs [2]float32
}

func cellOf(id int64, e geo.Extent) cell {
	return cell{id, [2]float32{down(e.MinX), down(e.MinY)}, [2]float32{up(e.MaxX), up(e.MaxY)}}
}

// down rounds to a 32-bit float that is not above v.
func down(v float64) float32 {
	f := float32(v)
	if float64(f) > v {
		return math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return f
}

func up(v float64) float32 { return -down(-v) }

func (c *cell) include(o cell) {
	for i := range 2 {
		c.mins[i], c.maxs[i] = min(c.mins[i], o.mins[i]), max(c.maxs[i], o.maxs[i])
	}
}

// centre is twice the middle of the box on an axis.
func (c *cell) centre(axis int) float64 { return float64(c.mins[axis]) + float64(c.maxs[axis]) }

// node is a list of cells with the number under which it is kept.
type node struct {
	number int64
	cells  []cell
}

// pack arranges cells into the levels of a tree, leaves first, the root last: by
// columns from west to east, within each from south to north (sort-tile-recursive,
// Leutenegger et al. 1997). A node takes up to most cells.
func pack(cells []cell, most int) [][]node {
	var levels [][]node
	next := int64(2)
	for {
		if len(cells) <= most {
			return append(levels, []node{{number: 1, cells: cells}})
		}
		groups := tile(cells, max(most*fill/100, 2))
		level := make([]node, len(groups))
		cells = make([]cell, len(groups))
		for i, g := range groups {
			level[i] = node{number: next, cells: g}
			cells[i] = g[0]
			for _, c := range g[1:] {
				cells[i].include(c)
			}
			cells[i].id = next
			next++
		}
		levels = append(levels, level)
	}
}

// tile cuts cells into groups of neighbours of about the same size, at most each.
func tile(cells []cell, each int) [][]cell {
	n := (len(cells) + each - 1) / each
	columns := int(math.Ceil(math.Sqrt(float64(n))))
	by := func(axis int) func(a, b cell) int {
		return func(a, b cell) int {
			return cmp.Or(cmp.Compare(a.centre(axis), b.centre(axis)), cmp.Compare(a.id, b.id))
		}
	}
	slices.SortFunc(cells, by(0))
	var out [][]cell
	for column := range slices.Chunk(cells, (len(cells)+columns-1)/columns) {
		slices.SortFunc(column, by(1))
		rows := (len(column) + each - 1) / each
		for group := range slices.Chunk(column, (len(column)+rows-1)/rows) {
			out = append(out, group)
		}
	}
	return out
}

// data is the node as it is kept, in a blob of size bytes.
func (n *node) data(depth, size int) []byte {
	b := make([]byte, 0, size)
	b = binary.BigEndian.AppendUint16(b, uint16(depth))
	b = binary.BigEndian.AppendUint16(b, uint16(len(n.cells)))
	for _, c := range n.cells {
		b = binary.BigEndian.AppendUint64(b, uint64(c.id))
		for axis := range 2 {
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(c.mins[axis]))
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(c.maxs[axis]))
		}
	}
	return b[:size]
}

// fillRTree puts a packed tree in the place of the one there is.
func (w *writer) fillRTree(ctx context.Context, t *table, cells []cell) error {
	table := func(suffix string) string { return quote(t.rtree() + suffix) }
	var size int
	if err := w.tx.QueryRowContext(ctx, "SELECT length(data) FROM "+table("_node")+" WHERE nodeno = 1").Scan(&size); err != nil {
		return fmt.Errorf("gpkg: root of the R-tree: %w", err)
	}
	if err := run(ctx, w.tx, "DELETE FROM "+table("_node"), "DELETE FROM "+table("_rowid"), "DELETE FROM "+table("_parent")); err != nil {
		return err
	}
	levels := pack(cells, (size-nodeHead)/cellBytes)
	nodes, rows, parents := w.into(table("_node"), 2), w.into(table("_rowid")+" (rowid, nodeno)", 2), w.into(table("_parent"), 2)
	for i, level := range levels {
		below := parents
		if i == 0 {
			below = rows
		}
		for _, n := range level {
			if err := nodes.add(ctx, n.number, n.data(len(levels)-1, size)); err != nil {
				return err
			}
			for _, c := range n.cells {
				if err := below.add(ctx, c.id, n.number); err != nil {
					return err
				}
			}
		}
	}
	for _, in := range []*inserter{nodes, rows, parents} {
		if err := in.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}
