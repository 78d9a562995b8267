package gpkg

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	sqlite3 "modernc.org/sqlite/lib"

	"yiju/geo"
)

// format is the number of the layout of Yiju's own tables.
const format = 1

// inspect finds out whether a file is a workspace, without changing anything.
func inspect(ctx context.Context, path string) error {
	if err := inspectHeader(path); err != nil {
		return err
	}
	c, err := connect(path, "mode=ro")
	if err != nil {
		return err
	}
	db := sql.OpenDB(c)
	defer db.Close()
	var is, got int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name IN ('yiju_state', 'yiju_layers', 'gpkg_contents')").Scan(&is)
	if err != nil {
		return unreadable(path, err)
	}
	if is != 3 {
		return geo.Refuse(
			geo.Tf("文件 %s 是其他软件建立的 GeoPackage，不是工作区", "%s is a GeoPackage of other software, not a workspace", path),
			geo.T("新建一个工作区，再把该文件的图层导入其中", "create a workspace and import the layers of this file into it"))
	}
	if err := db.QueryRowContext(ctx, "SELECT format FROM yiju_state").Scan(&got); err != nil {
		return unreadable(path, err)
	}
	if got != format {
		return geo.Refuse(
			geo.Tf("工作区 %s 的格式为 %d，本程序只能读取格式 %d", "workspace %s is of format %d; this program reads format %d", path, got, format),
			geo.T("使用较新的程序版本", "use a newer version of this program"))
	}
	return nil
}

// inspectHeader looks at the first bytes and the size of a file.
func inspectHeader(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fault(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fault(path, err)
	}
	head := make([]byte, 100)
	_, err = io.ReadFull(f, head)
	if err != nil || info.IsDir() || !bytes.HasPrefix(head, []byte("SQLite format 3\x00")) {
		return geo.Refuse(
			geo.Tf("文件 %s 不是 GeoPackage", "%s is not a GeoPackage", path),
			geo.T("检查文件名；其他格式的数据先建立工作区，再导入", "check the name; create a workspace and import data of other formats into it"))
	}
	if binary.BigEndian.Uint32(head[68:]) != applicationID {
		return geo.Refuse(
			geo.Tf("文件 %s 是 SQLite 数据库，但不是 GeoPackage", "%s is an SQLite database, but not a GeoPackage", path),
			geo.T("检查文件名", "check the name"))
	}
	page, pages := int64(binary.BigEndian.Uint16(head[16:])), int64(binary.BigEndian.Uint32(head[28:]))
	if page == 1 {
		page = 1 << 16
	}
	// The size in the header holds when it was written with the last change.
	if valid := bytes.Equal(head[24:28], head[92:96]); valid && info.Size() < page*pages {
		return geo.Refuse(
			geo.Tf("文件 %s 不完整：应有 %d 字节，只有 %d 字节", "%s is cut short: it should have %d bytes and has %d", path, page*pages, info.Size()),
			geo.T("重新复制或下载该文件", "copy or download the file again"))
	}
	return nil
}

func taken(path string) error {
	return geo.Refuse(geo.Tf("文件 %s 已存在", "%s is there already", path),
		geo.T("换一个文件名，或打开现有的文件", "choose another name, or open the file there is"))
}

func cannotCreate(path string, err error) error {
	if ctx := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded); ctx {
		return err
	}
	return geo.Refuse(geo.Tf("无法建立文件 %s", "%s cannot be created", path),
		geo.T("检查文件夹是否存在、是否允许写入、磁盘是否已满", "check that the folder exists, that you may write in it, and that the disk is not full")).Because(err)
}

func damaged(path string, err error) error {
	return geo.Refuse(geo.Tf("文件 %s 已损坏", "%s is damaged", path),
		geo.T("从备份恢复，或重新复制该文件", "restore it from a backup, or copy it again")).Because(err)
}

// unreadable words an error of the very first reads: what is not known to be
// something else is damage.
func unreadable(path string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if err := fault(path, err); geo.AsFault(err) != nil {
		return err
	}
	return damaged(path, err)
}

// fault words what the person can do something about; other errors pass.
func fault(path string, err error) error {
	if err == nil || geo.AsFault(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return geo.Refuse(geo.Tf("文件 %s 不存在", "there is no file %s", path),
			geo.T("检查路径，或新建工作区", "check the path, or create a workspace")).Because(err)
	case errors.Is(err, os.ErrPermission):
		return geo.Refuse(geo.Tf("没有权限读取文件 %s", "you may not read %s", path),
			geo.T("修改文件权限", "change the permissions of the file")).Because(err)
	}
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return geo.Refuse(geo.Tf("文件 %s 正被其他程序写入", "another program is writing to %s", path),
			geo.T("在该程序中保存或停止编辑，再试一次", "save or stop editing there, then try again")).Because(err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return geo.Refuse(geo.Tf("文件 %s 或所在文件夹不允许写入", "%s, or the folder it is in, cannot be written to", path),
			geo.T("把文件复制到可以写入的文件夹，或修改权限", "copy the file to a folder you may write in, or change the permissions")).Because(err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged(path, err)
	case sqlite3.SQLITE_FULL:
		return geo.Refuse(geo.Tf("磁盘已满，无法写入 %s", "the disk is full; %s cannot be written", path),
			geo.T("清理磁盘后再试", "free some space and try again")).Because(err)
	}
	return fmt.Errorf("gpkg: %w", err)
}
