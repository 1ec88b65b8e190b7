"""The declared types of asset and importable spreadsheets."""

from linli.base.registry import Registry
from linli.registers.declarations import AssetType, ImportSpec

asset_types: Registry[AssetType] = Registry("asset type")
import_specs: Registry[ImportSpec] = Registry("import")
