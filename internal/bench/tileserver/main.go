// Command tileserver serves the tiles of a synthetic town from a cache, and writes
// the same tiles as files, so that another server can be measured beside it on the
// same bytes. It is a measuring tool, not a part of the program.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
	"yiju/tiles/testtown"
	"yiju/tiles/tilehttp"
)

func main() {
	dir := flag.String("dir", "", "empty folder for tiles and the list of their paths")
	houses := flag.Int("houses", 2300, "size of the town")
	listen := flag.String("listen", "127.0.0.1:0", "address to serve on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *dir, *houses, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "tileserver:", err)
		os.Exit(1)
	}
}

// town is the layers of a synthetic town and where it lies.
type town struct {
	layers []tiles.Layer
	names  []string
	extent geo.Extent
}

func newTown(houses int) town {
	t := town{extent: geo.EmptyExtent()}
	for _, s := range testtown.Make(1, houses, orb.Point{117.02, 36.65}) {
		t.layers = append(t.layers, tiles.Hold(s.Schema.Layer, s.Schema, s.Features))
		t.names = append(t.names, s.Schema.Layer)
		for i := range s.Features {
			t.extent = t.extent.Union(geo.ExtentOf(s.Features[i].Geometry))
		}
	}
	return t
}

func (t *town) path(c tiles.Coord) string {
	return fmt.Sprintf("tiles/%s/%s.mvt", strings.Join(t.names, ","), c)
}

func run(ctx context.Context, dir string, houses int, listen string) error {
	if dir == "" {
		return errors.New("-dir is missing")
	}
	t := newTown(houses)
	if err := t.writeFiles(ctx, dir); err != nil {
		return err
	}
	cache, err := tiles.NewCache(0, tiles.Options{})
	if err != nil {
		return err
	}
	defer cache.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tiles/{layers}/{z}/{x}/{file}", func(w http.ResponseWriter, r *http.Request) {
		t.serve(w, r, cache)
	})
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Println(l.Addr()) // tells who started us that we are ready, and where
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (t *town) serve(w http.ResponseWriter, r *http.Request, cache *tiles.Cache) {
	c, err := tiles.ParseCoord(r.PathValue("z"), r.PathValue("x"), strings.TrimSuffix(r.PathValue("file"), ".mvt"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	names := strings.Split(r.PathValue("layers"), ",")
	body, err := cache.Get(r.Context(), c, names, func(ctx context.Context) (tiles.Tile, error) {
		return tiles.Encode(ctx, c, t.layers, tiles.Options{})
	})
	if err == nil {
		err = tilehttp.Write(w, r, body, tilehttp.Revalidate)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// writeFiles writes every tile of the town from zoom 10 to 17 that is not empty,
// compressed, and the list of their paths.
func (t *town) writeFiles(ctx context.Context, dir string) error {
	var list strings.Builder
	for c := range tiles.Cover(t.extent, 10, 17) {
		tile, err := tiles.Encode(ctx, c, t.layers, tiles.Options{})
		if err != nil {
			return err
		}
		body, err := tiles.Pack(tile)
		if err != nil {
			return err
		}
		if len(body.Gzip) == 0 {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(t.path(c)))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path+".gz", body.Gzip, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&list, "/%s\n", t.path(c))
	}
	return os.WriteFile(filepath.Join(dir, "paths.txt"), []byte(list.String()), 0o644)
}
