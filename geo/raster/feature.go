package raster

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
)

// EncodeHeights writes heights as base64 of zlib of little-endian float32. The
// same heights give the same text.
func EncodeHeights(z []float32) (string, error) {
	raw := make([]byte, 0, 4*len(z))
	for _, v := range z {
		if v != v {
			v = float32(math.NaN()) // one bit pattern for all unknowns
		}
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	var buf bytes.Buffer
	w := zlib.NewWriter(&buf)
	if _, err := w.Write(raw); err != nil {
		return "", fmt.Errorf("raster.EncodeHeights: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("raster.EncodeHeights: %w", err)
	}
	return base64.StdEncoding.EncodeToString(buf.Bytes()), nil
}

// DecodeHeights reads what EncodeHeights wrote: exactly cols×rows heights, each
// finite or NaN. It never takes more memory than that many heights need.
func DecodeHeights(text string, cols, rows int) ([]float32, error) {
	if cols < 1 || rows < 1 || cols > MaxSide || rows > MaxSide {
		return nil, fmt.Errorf("raster.DecodeHeights: %d×%d is not between 1×1 and %d×%[3]d", cols, rows, MaxSide)
	}
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("raster.DecodeHeights: %w", err)
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("raster.DecodeHeights: %w", err)
	}
	want := 4 * cols * rows
	raw, err := io.ReadAll(io.LimitReader(r, int64(want)+1))
	if err != nil {
		return nil, fmt.Errorf("raster.DecodeHeights: %w", err)
	}
	if len(raw) != want {
		return nil, fmt.Errorf("raster.DecodeHeights: the text does not hold %d×%d heights", cols, rows)
	}
	z := make([]float32, cols*rows)
	for i := range z {
		z[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		if math.IsInf(float64(z[i]), 0) {
			return nil, fmt.Errorf("raster.DecodeHeights: height %d is infinite", i)
		}
	}
	return z, nil
}

// Feature makes a feature of layer terrain from a grid of at most MaxSide columns
// and rows. Its geometry is the outline of the grid in degrees, cells included.
func (g *Grid) Feature(id string) (geo.Feature, error) {
	if err := g.Check(); err != nil {
		return geo.Feature{}, err
	}
	if g.Cols > MaxSide || g.Rows > MaxSide {
		return geo.Feature{}, fmt.Errorf("raster: %d×%d grid is larger than %d", g.Cols, g.Rows, MaxSide)
	}
	heights, err := EncodeHeights(g.Z)
	if err != nil {
		return geo.Feature{}, err
	}
	toDegrees, err := crs.New(g.CRS, crs.WGS84)
	if err != nil {
		return geo.Feature{}, err
	}
	outline, err := toDegrees.Forward(g.outline())
	if err != nil {
		return geo.Feature{}, err
	}
	return geo.Feature{ID: id, Geometry: outline, Attributes: map[string]any{
		"cols": int64(g.Cols), "rows": int64(g.Rows), "crs": g.CRS,
		"west": g.West, "north": g.North, "step_x": g.StepX, "step_y": g.StepY,
		"heights": heights,
	}}, nil
}

// outline is the rectangle that the cells cover, with points between the corners
// because straight sides bend in another CRS.
func (g *Grid) outline() orb.Polygon {
	const parts = 8
	e := g.Extent()
	e = geo.Extent{MinX: e.MinX - g.StepX/2, MinY: e.MinY - g.StepY/2, MaxX: e.MaxX + g.StepX/2, MaxY: e.MaxY + g.StepY/2}
	corners := e.Polygon()[0]
	ring := make(orb.Ring, 0, 4*parts+1)
	for i := range 4 {
		a, b := corners[i], corners[i+1]
		for k := range parts {
			t := float64(k) / parts
			ring = append(ring, orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])})
		}
	}
	return orb.Polygon{append(ring, ring[0])}
}

// FromFeature reads a grid back from a feature of layer terrain.
func FromFeature(f *geo.Feature) (*Grid, error) {
	g := &Grid{}
	sizes := map[string]float64{}
	for _, name := range []string{"cols", "rows", "west", "north", "step_x", "step_y"} {
		v, ok := f.Number(name)
		if !ok {
			return nil, fmt.Errorf("raster: terrain feature %q has no %s", f.ID, name)
		}
		sizes[name] = v
	}
	if !(sizes["cols"] >= 1 && sizes["cols"] <= MaxSide && sizes["rows"] >= 1 && sizes["rows"] <= MaxSide) {
		return nil, fmt.Errorf("raster: terrain feature %q is %g×%g", f.ID, sizes["cols"], sizes["rows"])
	}
	g.Cols, g.Rows = int(sizes["cols"]), int(sizes["rows"])
	g.West, g.North, g.StepX, g.StepY = sizes["west"], sizes["north"], sizes["step_x"], sizes["step_y"]
	g.CRS, _ = f.Text("crs")
	heights, _ := f.Text("heights")
	z, err := DecodeHeights(heights, g.Cols, g.Rows)
	if err != nil {
		return nil, fmt.Errorf("raster: terrain feature %q: %w", f.ID, err)
	}
	g.Z = z
	if err := g.Check(); err != nil {
		return nil, fmt.Errorf("raster: terrain feature %q: %w", f.ID, err)
	}
	return g, nil
}
