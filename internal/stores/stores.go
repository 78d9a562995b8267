// Package stores opens the workspace that a --store flag names.
package stores

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/postgis"
)

// Mode says what to do about a workspace that is not there.
type Mode int

// The modes.
const (
	MustExist Mode = iota
	CreateIfMissing
)

// Open opens the workspace: "postgres://…" in PostGIS, anything ending in .gpkg as
// a file.
func Open(ctx context.Context, spec string, mode Mode) (layers.Store, error) {
	switch scheme, _, found := strings.Cut(spec, "://"); {
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return openServer(ctx, spec, mode)
	case found: // the rest may hold a password
		return nil, unknown(scheme + "://…")
	case !strings.HasSuffix(strings.ToLower(spec), ".gpkg"):
		return nil, unknown(spec)
	}
	_, err := os.Stat(spec)
	switch {
	case err == nil:
		return gpkg.Open(ctx, spec)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, geo.Refuse(geo.Tf("无法读取 %s", "cannot read %s", spec),
			geo.T("检查文件和文件夹的权限", "check the rights of the file and its folder")).Because(err)
	case mode == MustExist:
		return nil, geo.Refuse(geo.Tf("工作区文件 %s 不存在", "there is no workspace file %s", spec),
			geo.T("先用 yiju import 建立，或用 yiju demo 建立示范社区", "make one with yiju import, or the demo with yiju demo"))
	}
	return gpkg.Create(ctx, spec)
}

func unknown(spec string) error {
	return geo.Refuse(
		geo.Tf("不认识工作区 %q", "%q does not name a workspace", spec),
		geo.T("使用文件 名称.gpkg，或 postgres://用户@主机/数据库", "name a file NAME.gpkg, or postgres://user@host/database"))
}

// openServer opens a workspace in PostGIS. One that must exist has been written to.
func openServer(ctx context.Context, spec string, mode Mode) (layers.Store, error) {
	if mode == CreateIfMissing {
		return postgis.Open(ctx, spec)
	}
	return postgis.OpenExisting(ctx, spec)
}
