// Package geotiff reads height grids from GeoTIFF files, whole or a window, and
// writes them.
//
// It reads what height models come in: one band of 8 to 64 bit integers or
// floats, in strips or tiles, plain or packed with LZW, deflate, PackBits or
// ZSTD, with all three predictors, in both byte orders, also as BigTIFF.
package geotiff

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"yiju/geo"
	"yiju/geo/raster"
)

// Bounds on what is read at once and on what a file may claim.
const (
	MaxCells    = 64 << 20 // of one Grid: 256 MB of heights
	maxSide     = 1 << 20
	maxBlock    = 64 << 20 // bytes of one unpacked strip or tile
	maxBlocks   = 1 << 22
	maxTagBytes = 32 << 20
)

// Heights outside these bounds, in metres, are nowhere on Earth: they are marks
// for "unknown" that the file does not declare.
const (
	lowest_m  = -12_000
	highest_m = 9_000
)

// File is an open GeoTIFF. It may be read by one goroutine at a time.
type File struct {
	// Cols and Rows are the size of the whole grid.
	Cols, Rows int
	// CRS names the system, such as "EPSG:4326"; empty when the file names none.
	CRS string
	// Unit is the unit of heights when the file says it is not metres, such as
	// "ft"; heights come out in metres all the same.
	Unit string
	// Implausible counts the cells read so far whose height was outside of what
	// there is on Earth; they are taken as unknown.
	Implausible int

	name   string
	r      io.ReaderAt
	size   int64
	layout layout
	place  place
	values values
}

// place is where the grid lies: the centre of its first cell and the steps, both
// positive. flipped tells that the first row of the file is the southernmost.
type place struct {
	west, north, stepX, stepY float64
	flipped                   bool
}

// values says how stored numbers become metres.
type values struct {
	nodata    float64
	hasNodata bool
	scale     float64
	offset    float64
	metres    float64 // of one unit
}

// Open reads the head of a file. name is for messages.
func Open(r io.ReaderAt, size int64, name string) (*File, error) {
	f := &File{name: name, r: r, size: size}
	err := f.open()
	if err != nil && geo.AsFault(err) == nil {
		err = f.broken(err)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) open() error {
	if f.size == 0 {
		return geo.Refuse(geo.Tf("文件 %s 是空的", "file %s is empty", f.name), again())
	}
	tags, err := f.readTags()
	if err != nil {
		return err
	}
	if err := f.readLayout(tags); err != nil {
		return err
	}
	if err := f.readPlace(tags); err != nil {
		return err
	}
	f.readValues(tags)
	return nil
}

func again() geo.Text {
	return geo.T("用 gdal_translate 重新生成单波段 GeoTIFF", "make a GeoTIFF of one band anew with gdal_translate")
}

func (f *File) broken(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return geo.Refuse(geo.Tf("文件 %s 不完整", "file %s is cut off", f.name), geo.T("重新下载或复制该文件", "download or copy it again")).Because(err)
	}
	return geo.Refuse(geo.Tf("高程文件 %s 无法读取：%v", "the height grid %s cannot be read: %v", f.name, err), again()).Because(err)
}

func (f *File) refuse(zh, en string, args ...any) error {
	name := strings.ReplaceAll(f.name, "%", "%%")
	return geo.Refuse(geo.Tf("高程文件 "+name+" "+zh, "the height grid "+name+" "+en, args...), again())
}

// Extent reaches from the first cell centres to the last, in the file's CRS.
func (f *File) Extent() geo.Extent {
	return geo.Extent{
		MinX: f.place.west, MaxX: f.place.west + float64(f.Cols-1)*f.place.stepX,
		MinY: f.place.north - float64(f.Rows-1)*f.place.stepY, MaxY: f.place.north,
	}
}

// Grid reads the cells that a window in the file's CRS needs, one more on each
// side; nil is the whole grid. A window that does not touch the grid gives nil.
func (f *File) Grid(ctx context.Context, window *geo.Extent) (*raster.Grid, error) {
	c0, r0, c1, r1 := 0, 0, f.Cols, f.Rows
	if window != nil {
		if !window.Touches(f.Extent()) {
			return nil, nil
		}
		c0, c1 = cut((window.MinX-f.place.west)/f.place.stepX, (window.MaxX-f.place.west)/f.place.stepX, f.Cols)
		r0, r1 = cut((f.place.north-window.MaxY)/f.place.stepY, (f.place.north-window.MinY)/f.place.stepY, f.Rows)
	}
	if (c1-c0)*(r1-r0) > MaxCells {
		return nil, geo.Refuse(
			geo.Tf("高程文件 %s 的范围有 %d×%d 个格网点，超过一次可读的 %d", "the part of %s to read has %d×%d cells, more than the %d that can be read at once", f.name, c1-c0, r1-r0, MaxCells),
			geo.T("给出边界（--boundary 或 --bbox），或先裁剪该文件", "give a boundary (--boundary or --bbox), or cut the file first"))
	}
	return f.Cells(ctx, c0, r0, c1-c0, r1-r0)
}

// Cells reads the cells from column c0 and row r0 on, as many as asked for and
// there are, rows counted from the north.
func (f *File) Cells(ctx context.Context, c0, r0, cols, rows int) (*raster.Grid, error) {
	if c0 < 0 || r0 < 0 || cols < 1 || rows < 1 || c0 >= f.Cols || r0 >= f.Rows {
		return nil, fmt.Errorf("geotiff: %d×%d cells from %d, %d of %d×%d", cols, rows, c0, r0, f.Cols, f.Rows)
	}
	g := &raster.Grid{
		CRS: f.CRS, StepX: f.place.stepX, StepY: f.place.stepY, Cols: min(cols, f.Cols-c0), Rows: min(rows, f.Rows-r0),
		West: f.place.west + float64(c0)*f.place.stepX, North: f.place.north - float64(r0)*f.place.stepY,
	}
	if err := f.fill(ctx, g, c0, r0); err != nil {
		if geo.AsFault(err) == nil {
			err = f.broken(err)
		}
		return nil, err
	}
	return g, nil
}

// cut turns a span of positions, counted in cells, into the cells it needs.
func cut(from, to float64, n int) (first, end int) {
	first = int(math.Floor(math.Max(from-1, 0)))
	end = int(math.Ceil(math.Min(to+1, float64(n-1)))) + 1
	return min(first, n-1), max(min(end, n), 1)
}

// height turns a stored number into metres, or NaN.
func (f *File) height(v float64) float32 {
	if f.values.hasNodata && (v == f.values.nodata || v == float64(float32(f.values.nodata))) {
		return float32(math.NaN())
	}
	h := (v*f.values.scale + f.values.offset) * f.values.metres
	if math.IsNaN(h) {
		return float32(math.NaN())
	}
	if h < lowest_m || h > highest_m {
		f.Implausible++
		return float32(math.NaN())
	}
	return float32(h)
}

// fill reads the blocks that a grid touches, the grid beginning at column c0 and
// row r0 of the file, rows counted from the north.
func (f *File) fill(ctx context.Context, g *raster.Grid, c0, r0 int) error {
	g.Z = make([]float32, g.Cols*g.Rows)
	first, last := r0, r0+g.Rows-1
	if f.place.flipped {
		first, last = f.Rows-1-last, f.Rows-1-first
	}
	l := &f.layout
	for by := first / l.height; by <= last/l.height; by++ {
		for bx := c0 / l.width; bx <= (c0+g.Cols-1)/l.width; bx++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			block, rows, err := f.block(bx, by)
			if err != nil {
				return fmt.Errorf("block %d,%d: %w", bx, by, err)
			}
			f.copyBlock(g, c0, r0, bx, by, rows, block)
		}
	}
	return nil
}

// copyBlock puts the numbers of one block where they belong in the grid. A nil
// block is one that the file left out.
func (f *File) copyBlock(g *raster.Grid, c0, r0, bx, by, rows int, block []byte) {
	l := &f.layout
	for y := range rows {
		row := by*l.height + y
		if f.place.flipped {
			row = f.Rows - 1 - row
		}
		if row < r0 || row >= r0+g.Rows {
			continue
		}
		for x := range l.width {
			col := bx*l.width + x
			if col < c0 || col >= c0+g.Cols {
				continue
			}
			h := float32(math.NaN())
			if block != nil {
				h = f.height(l.number(block, y*l.width+x))
			}
			g.Z[(row-r0)*g.Cols+col-c0] = h
		}
	}
}
