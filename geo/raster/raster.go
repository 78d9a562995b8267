// Package raster holds height grids: sampling them between their cells, cutting
// them into tiles, and the text form in which a feature of layer terrain carries
// its heights.
package raster

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// MaxSide bounds the columns and the rows of a grid that a feature can carry.
const MaxSide = 1024

// Grid is a north-up grid of heights in metres. A value belongs to the centre of
// its cell; rows run from north to south, columns from west to east.
type Grid struct {
	// CRS names the system of the coordinates, such as "EPSG:4326".
	CRS string
	// West and North are the centre of the first cell.
	West, North float64
	// StepX and StepY are the distances of columns and of rows, both positive.
	StepX, StepY float64
	Cols, Rows   int
	// Z holds Cols×Rows heights, row after row. NaN is unknown.
	Z []float32
}

// Check tells what makes a grid unusable: sizes that do not fit, steps that are
// not positive, a place that is not finite.
func (g *Grid) Check() error {
	if g.Cols < 1 || g.Rows < 1 || len(g.Z) != g.Cols*g.Rows {
		return fmt.Errorf("raster: %d×%d grid with %d heights", g.Cols, g.Rows, len(g.Z))
	}
	if !(g.StepX > 0 && g.StepY > 0) || !finite(g.West, g.North, g.StepX, g.StepY) {
		return fmt.Errorf("raster: grid at (%g, %g) with steps %g and %g", g.West, g.North, g.StepX, g.StepY)
	}
	return nil
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// HeightAt is the height at a place in the grid's CRS, bilinear between the four
// cell centres around it. It is known from the first centre to the last, edges
// included, and only where all centres that have a part in it are known: nothing
// is continued beyond the data.
func (g *Grid) HeightAt(p orb.Point) (z_m float64, ok bool) {
	col, fx, okX := place((p[0]-g.West)/g.StepX, g.Cols)
	row, fy, okY := place((g.North-p[1])/g.StepY, g.Rows)
	if !okX || !okY {
		return 0, false
	}
	for dy, wy := range [2]float64{1 - fy, fy} {
		for dx, wx := range [2]float64{1 - fx, fx} {
			if wx*wy == 0 {
				continue
			}
			v := float64(g.Z[(row+dy)*g.Cols+col+dx])
			if math.IsNaN(v) {
				return 0, false
			}
			z_m += wx * wy * v
		}
	}
	return z_m, true
}

// edgeSlack, in cells, is how far outside the outermost centres rounding may put
// a point that lies on them.
const edgeSlack = 1e-9

// place splits a position counted in cells into the cell before it and the
// fraction of the way to the next.
func place(v float64, n int) (cell int, fraction float64, ok bool) {
	if !(v >= -edgeSlack && v <= float64(n-1)+edgeSlack) {
		return 0, 0, false
	}
	v = min(max(v, 0), float64(n-1))
	cell = int(v)
	return cell, v - float64(cell), true
}

// Extent reaches from the first to the last centres, in the grid's CRS.
func (g *Grid) Extent() geo.Extent {
	return geo.Extent{
		MinX: g.West, MinY: g.North - float64(g.Rows-1)*g.StepY,
		MaxX: g.West + float64(g.Cols-1)*g.StepX, MaxY: g.North,
	}
}

// Window copies the part of the grid from column c0 and row r0 on.
func (g *Grid) Window(c0, r0, cols, rows int) *Grid {
	out := &Grid{
		CRS: g.CRS, West: g.West + float64(c0)*g.StepX, North: g.North - float64(r0)*g.StepY,
		StepX: g.StepX, StepY: g.StepY, Cols: cols, Rows: rows, Z: make([]float32, 0, cols*rows),
	}
	for r := r0; r < r0+rows; r++ {
		out.Z = append(out.Z, g.Z[r*g.Cols+c0:r*g.Cols+c0+cols]...)
	}
	return out
}

// Tile is a part of a grid with its place among the parts.
type Tile struct {
	Col, Row int
	Grid     *Grid
}

// Tiles cuts a grid into parts of at most side columns and rows, side at least 2,
// from north-west to south-east. Neighbours share the centres along their common
// edge, so that every place inside the grid lies inside a part and both parts
// agree on the edge. Parts without any known height are left out.
func (g *Grid) Tiles(side int) []Tile {
	var out []Tile
	for r, row := 0, 0; row < g.Rows; r, row = r+1, row+side-1 {
		if row > 0 && row == g.Rows-1 {
			break // the part above already ends on this row
		}
		for c, col := 0, 0; col < g.Cols; c, col = c+1, col+side-1 {
			if col > 0 && col == g.Cols-1 {
				break
			}
			part := g.Window(col, row, min(side, g.Cols-col), min(side, g.Rows-row))
			if part.Known() {
				out = append(out, Tile{Col: c, Row: r, Grid: part})
			}
		}
	}
	return out
}

// Known tells whether any height is known.
func (g *Grid) Known() bool {
	for _, v := range g.Z {
		if !math.IsNaN(float64(v)) {
			return true
		}
	}
	return false
}
