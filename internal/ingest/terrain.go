package ingest

import (
	"context"
	"fmt"
	"math"
	"os"

	"yiju/data/geotiff"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/geo/raster"
)

// tileSide is the size of the tiles that terrain is kept in. Neighbours share a
// row or column, so tiles begin every tileSide-1 cells of the file, whatever part
// of it is read: the same file gives the same tiles.
const tileSide = 256

// terrain brings in a height grid.
func (r *run) terrain(ctx context.Context) error {
	in, err := os.Open(r.opts.Path)
	if err != nil {
		return geo.Refuse(geo.Tf("无法读取文件 %s", "file %s cannot be read", r.opts.Path), geo.T("检查权限", "check the rights")).Because(err)
	}
	defer in.Close()
	file, err := geotiff.Open(in, r.report.Bytes, r.report.File)
	if err != nil {
		return err
	}
	if err := r.terrainCRS(file); err != nil {
		return err
	}
	r.report.Read = append(r.report.Read, Count{geo.T("个格网点", "cells"), file.Cols * file.Rows})
	if err := r.choose(ctx, nil); err != nil {
		return err
	}
	window, err := r.terrainWindow(file)
	if err != nil {
		return err
	}
	if err := r.readTiles(ctx, file, window); err != nil {
		return err
	}
	if file.Implausible > 0 {
		r.problems.AddN("implausible_height", geo.T("高程超出地球范围，按未知处理", "heights that are nowhere on Earth are taken as unknown"), file.Implausible)
	}
	if file.Unit != "" {
		r.report.note(geo.Tf("高程单位为 %s，已换算为米", "heights were in %s and were converted to metres", file.Unit))
	}
	return nil
}

func (r *run) terrainCRS(file *geotiff.File) error {
	switch {
	case r.opts.CRS != "":
		if shifted(r.opts.CRS) {
			return geo.Refuse(geo.T("高程格网不能使用 GCJ02 或 BD09", "a height grid cannot be in GCJ02 or BD09"))
		}
		if file.CRS != "" && file.CRS != r.opts.CRS {
			r.report.note(geo.Tf("按 --crs 采用 %s，未采用文件声明的 %s", "--crs says %s; the file's own %s was not used", r.opts.CRS, file.CRS))
		}
		file.CRS = r.opts.CRS
	case file.CRS == "":
		return geo.Refuse(geo.Tf("高程文件 %s 没有声明可识别的坐标系", "the height grid %s names no CRS that is known", r.report.File), advice(file.Extent())...)
	}
	r.report.SourceCRS = file.CRS
	if _, err := crs.New(file.CRS, crs.WGS84); err != nil {
		return err
	}
	if !crs.Fits(file.CRS, file.Extent()) {
		e := file.Extent()
		return geo.Refuse(geo.Tf("高程文件 %s 的位置（x %g … %g，y %g … %g）不可能在 %s 内", "the height grid %s (x %g … %g, y %g … %g) cannot lie in %s", r.report.File, e.MinX, e.MaxX, e.MinY, e.MaxY, file.CRS), advice(e)...)
	}
	return nil
}

// terrainWindow is the part of the grid to read, in its own system: around the
// boundary, around the communities there are, or all of it.
func (r *run) terrainWindow(file *geotiff.File) (*geo.Extent, error) {
	wanted := r.window
	if wanted == nil {
		e := extentOf(r.communities)
		if e.IsEmpty() {
			return nil, nil
		}
		e = growMetres(e, r.opts.Margin)
		wanted = &e
		r.report.note(geo.T("只导入社区及其周边的高程", "heights were taken for the communities and around them"))
	}
	t, err := crs.New(crs.WGS84, file.CRS)
	if err != nil {
		return nil, err
	}
	g, err := t.Forward(dense(*wanted))
	if err != nil {
		return nil, err
	}
	window := geo.ExtentOf(g)
	if !window.Touches(file.Extent()) {
		back, err := t.Inverse(file.Extent().Polygon())
		if err != nil {
			return nil, err
		}
		return nil, geo.Refuse(geo.Tf("高程文件 %[1]s（%[3]s）不在社区范围内（%[2]s）", "the height grid %[1]s (%[3]s) does not reach the community (%[2]s)", r.report.File, words(*wanted), words(geo.ExtentOf(back))),
			geo.T("换用覆盖社区的高程数据", "use heights that cover the community"))
	}
	return &window, nil
}

// readTiles makes features of the tiles that a window touches, one row of tiles
// after the other.
func (r *run) readTiles(ctx context.Context, file *geotiff.File, window *geo.Extent) error {
	c0, c1, r0, r1 := 0, tiles(file.Cols)-1, 0, tiles(file.Rows)-1
	if window != nil {
		whole := file.Extent()
		stepX, stepY := step(whole.MaxX-whole.MinX, file.Cols), step(whole.MaxY-whole.MinY, file.Rows)
		c0, c1 = touched(window.MinX-whole.MinX, window.MaxX-whole.MinX, stepX, c1)
		r0, r1 = touched(whole.MaxY-window.MaxY, whole.MaxY-window.MinY, stepY, r1)
	}
	if (c1-c0+1)*(r1-r0+1)*tileSide*tileSide > geotiff.MaxCells {
		return geo.Refuse(geo.Tf("高程文件 %s 要导入的部分太大（%d×%d 块，每块 %d×%[4]d 点）", "the part of the height grid %s to take is too large (%d×%d tiles of %d×%[4]d cells)", r.report.File, c1-c0+1, r1-r0+1, tileSide),
			geo.T("给出较小的边界（--boundary 或 --bbox）", "give a smaller boundary (--boundary or --bbox)"))
	}
	for row := r0; row <= r1; row++ {
		band, err := file.Cells(ctx, c0*(tileSide-1), row*(tileSide-1), (c1-c0)*(tileSide-1)+tileSide, tileSide)
		if err != nil {
			return err
		}
		for col := c0; col <= c1; col++ {
			from := (col - c0) * (tileSide - 1)
			if err := r.tile(band.Window(from, 0, min(tileSide, band.Cols-from), band.Rows), col, row); err != nil {
				return err
			}
		}
		r.progress(Reading, int64(row-r0+1), int64(r1-r0+1))
	}
	return nil
}

// touched is the first and the last tile that a span of coordinates reaches,
// counted from the edge of the grid.
func touched(from, to, step float64, last int) (int, int) {
	if step == 0 {
		return 0, last
	}
	tile := func(v float64) int { return min(max(int(math.Floor(v/step/(tileSide-1))), 0), last) }
	return tile(from), tile(to)
}

func (r *run) tile(g *raster.Grid, col, row int) error {
	if !g.Known() {
		r.problems.Add("empty_tile", geo.T("高程全为未知的图块未写入", "tiles without any known height were left out"), fmt.Sprintf("%d.%d", row, col))
		return nil
	}
	f, err := g.Feature(fmt.Sprintf("%s.%d.%d", r.stem(), row, col))
	if err != nil {
		return err
	}
	f.Source = geo.Source{Name: r.report.File, ID: fmt.Sprintf("%d.%d", row, col)}
	r.features["terrain"] = append(r.features["terrain"], f)
	return nil
}

func step(length float64, n int) float64 {
	if n < 2 {
		return 0
	}
	return length / float64(n-1)
}

// tiles is how many tiles n cells need.
func tiles(n int) int {
	return max((n-2)/(tileSide-1)+1, 1)
}
