package gpkg

import (
	"context"
	"database/sql/driver"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"

	"yiju/geo"
)

// busyMillis is how long a statement waits for another program that writes, in
// milliseconds; the end of the context ends the wait earlier.
const busyMillis = "15000"

// Kinds of connections.
const (
	reading  = "mode=rw&_query_only=1"
	writing  = "mode=rw&_txlock=immediate&_pragma=cache_size(-65536)"
	creating = "mode=rwc&_txlock=immediate"
)

// connector opens connections that know the functions which the triggers of a
// GeoPackage's R-trees call.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.driver.Open(c.dsn)
}

func (c connector) Driver() driver.Driver { return c.driver }

// connect makes a connector to a file; options are of the kinds above.
func connect(path, options string) (driver.Connector, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	slashed := filepath.ToSlash(absolute)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	d := &sqlite.Driver{}
	bounds := map[string]func(geo.Extent) float64{
		"ST_MinX": func(e geo.Extent) float64 { return e.MinX },
		"ST_MaxX": func(e geo.Extent) float64 { return e.MaxX },
		"ST_MinY": func(e geo.Extent) float64 { return e.MinY },
		"ST_MaxY": func(e geo.Extent) float64 { return e.MaxY },
	}
	for name, bound := range bounds {
		if err := d.RegisterDeterministicScalarFunction(name, 1, ofExtent(func(e geo.Extent) driver.Value {
			if e.IsEmpty() {
				return nil
			}
			return bound(e)
		})); err != nil {
			return nil, err
		}
	}
	err = d.RegisterDeterministicScalarFunction("ST_IsEmpty", 1, ofExtent(func(e geo.Extent) driver.Value {
		if e.IsEmpty() {
			return int64(1)
		}
		return int64(0)
	}))
	dsn := "file://" + (&url.URL{Path: slashed}).EscapedPath() + "?_busy_timeout=" + busyMillis + "&_synchronous=FULL&_dqs=0&" + options
	return connector{d, dsn}, err
}

// ofExtent makes an SQL function of a geometry's extent. What is no geometry
// gives NULL.
func ofExtent(f func(geo.Extent) driver.Value) func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
	return func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		blob, ok := args[0].([]byte)
		if !ok {
			return nil, nil
		}
		e, err := extentOf(blob)
		if err != nil {
			return nil, nil //nolint:nilerr // as the standard has it: no geometry, no answer
		}
		return f(e), nil
	}
}
