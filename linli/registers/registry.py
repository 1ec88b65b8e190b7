"""The declared types of asset, importable spreadsheets, and blocks that others put on the registers' pages."""

from linli.base.registry import Registry
from linli.registers.declarations import AssetType, ImportSpec, Panel

asset_types: Registry[AssetType] = Registry("asset type")
import_specs: Registry[ImportSpec] = Registry("import")
panels: Registry[Panel] = Registry("panel")
